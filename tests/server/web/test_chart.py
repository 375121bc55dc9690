from server.web import chart


def test_the_top_is_the_first_nice_number_above_and_the_foot_is_zero() -> None:
    drawn = chart.bars(["a", "b", "c"], [37, 0, None])
    assert drawn.top == 50
    assert [bar.y + bar.height for bar in drawn.bars] == [chart.HEIGHT] * 3
    assert drawn.bars[0].height == round(chart.HEIGHT * 37 / 50, 1)
    assert drawn.bars[1].height == drawn.bars[2].height == 0


def test_little_beside_much_is_still_seen() -> None:
    drawn = chart.bars(["a", "b"], [1, 100_000])
    assert drawn.bars[0].height == 2


def test_a_share_has_its_whole_above_it() -> None:
    assert chart.bars(["a"], [3.2], least=100).top == 100
    assert chart.bars(["a"], [100], least=100).top == 100
