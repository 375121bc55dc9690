from fieldapp.viewmodels.taking import Mode, Taking, receipt_titles, shown

PEN = (((100, 100, 0), (400, 300, 200)),)
DOT = (((100, 100, 0),),)


def test_a_signature_lacks_a_name_then_a_capacity_then_ink() -> None:
    assert "姓名" in Taking().missing()
    assert "身份" in Taking(name="周老板").missing()
    assert "手写" in Taking(name="周老板", capacity="店长").missing()
    assert "手写" in Taking(name="周老板", capacity="店长", strokes=DOT).missing()
    assert Taking(name="周老板", capacity="店长", strokes=PEN).missing() == ""


def test_a_refusal_needs_its_reason_and_a_witness() -> None:
    refused = Taking(mode=Mode.REFUSED)
    assert "原因" in refused.missing()
    assert "见证人" in Taking(mode=Mode.REFUSED, reason="有异议").missing()
    assert Taking(mode=Mode.REFUSED, reason="有异议", witness="社区 王主任").missing() == ""


def test_absence_needs_only_its_reason() -> None:
    assert Taking(mode=Mode.ABSENT, reason="中途离开").missing() == ""


def test_a_refusal_carries_no_signature_that_was_begun() -> None:
    given = Taking(
        mode=Mode.REFUSED, name="周老板", strokes=PEN, reason="有异议", witness="王主任"
    ).acknowledgement("a" * 64)
    assert given == {
        "content_hash": "a" * 64,
        "outcome": "refused",
        "name": None,
        "capacity": None,
        "strokes": [],
        "reason": "有异议",
        "witness": "王主任",
    }


def test_signing_again_wipes_the_pad_and_keeps_the_name() -> None:
    again = Taking(name="周老板", capacity="店长", strokes=PEN).signed_again()
    assert (again.name, again.strokes) == ("周老板", ())


def test_the_panel_marks_what_is_chosen() -> None:
    state = shown(
        Taking(name="周志远"),
        names=("周志远", "", "周志远"),
        content_hash="c0ffee" * 10,
        titles=receipt_titles(),
    )
    assert [(chip.label, chip.chosen) for chip in state.names] == [("周志远", True)]
    assert [mode.label for mode in state.modes] == ["签收", "拒签", "无人签收"]
    assert "c0ffeec0ffee" in state.bound_to
