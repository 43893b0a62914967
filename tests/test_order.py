"""Files whose tests may take long are begun first."""

from tests.order import slowest_first


def test_the_file_with_the_longest_limit_comes_first_however_few_its_tests_are() -> None:
    tests = [("quick", 20.0)] * 100 + [("slow", 20.0), ("slow", 300.0)]
    assert slowest_first(tests) == {"slow": 0, "quick": 1}


def test_of_files_with_the_same_limit_the_one_with_most_tests_comes_first() -> None:
    assert slowest_first([("few", 20.0), ("many", 20.0), ("many", 20.0)]) == {"many": 0, "few": 1}


def test_files_that_are_alike_stay_in_their_order() -> None:
    assert list(slowest_first([("a", 20.0), ("b", 20.0), ("c", 20.0)])) == ["a", "b", "c"]
