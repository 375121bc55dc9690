"""What the search shows: tasks on the first screen, laws and items in the library."""

from fieldapp.viewmodels.library import LibraryViewModel, excerpt
from fieldapp.viewmodels.places import Place
from fieldapp.viewmodels.today import TodayViewModel
from tests.fieldapp.viewmodels.conftest import Office
from tests.world import TASK


def test_tasks_are_found_by_a_piece_of_the_name_or_its_initials(office: Office) -> None:
    model = office.make(TodayViewModel)
    model.enter()
    for typed in ("泉城", "qcsp", "泉城食品有限"):
        model.search(typed)
        assert ([row.key for row in office.state.tasks], office.state.found) == (
            [TASK],
            "找到 1 项",
        )

    model.search("没有这一家")
    assert ([*office.state.tasks], office.state.found) == ([], "没有找到这样的任务")
    assert not office.state.empty, "there are tasks, and the words hide them"

    model.search("")
    assert (len(office.state.tasks), office.state.found) == (1, "")


def test_who_comes_back_to_the_list_sees_all_of_it(office: Office) -> None:
    model = office.make(TodayViewModel)
    model.enter()
    model.search("没有这一家")
    model.enter()
    assert (len(office.state.tasks), office.state.query) == (1, "")


def test_the_library_shows_everything_until_somebody_types(office: Office) -> None:
    model = office.make(LibraryViewModel)
    model.enter()
    kinds = {row.kind for row in office.state.rows}
    assert kinds == {"检查事项", "法律依据"}
    assert office.state.rows[0].chosen
    assert office.state.passages


def test_an_item_is_read_with_the_laws_it_rests_on(office: Office) -> None:
    model = office.make(LibraryViewModel)
    model.enter()
    model.search("主体资质")
    row = next(row for row in office.state.rows if row.kind == "检查事项")
    model.choose(row.key)
    assert office.state.name == "食品经营主体资质与过程检查"
    assert office.state.passages[0].text.startswith("37-SPLT-01")
    assert len(office.state.passages) == 2


def test_a_checklist_is_found_by_what_stands_in_a_point(office: Office) -> None:
    model = office.make(LibraryViewModel)
    model.enter()
    model.search("显著位置")
    (row,) = office.state.rows
    assert (row.kind, "显著位置" in row.excerpt) == ("检查表", True)
    assert len(office.state.passages) == 3


def test_nothing_found_says_what_to_do(office: Office) -> None:
    model = office.make(LibraryViewModel)
    model.enter()
    model.search("没有的词")
    assert (office.state.rows, office.state.empty) == ((), True)
    assert "换个说法" in office.state.said


def test_the_library_leads_back_to_where_one_was(office: Office) -> None:
    office.open(steps=1)
    office.duty.go(Place.CHECKLIST)
    office.duty.go(Place.LIBRARY)
    office.duty.go(Place.SYNC)
    office.make(LibraryViewModel).back()
    assert office.went[-1] is Place.CHECKLIST


def test_an_excerpt_stands_around_the_word() -> None:
    text = "甲" * 60 + "疏散通道" + "乙" * 60
    assert "疏散通道" in excerpt(text, "疏散通道被占")
    assert excerpt(text, "疏散").startswith("…")
    assert excerpt("短", "没有") == "短"
