"""Words that nobody can guess."""

from concurrent.futures import ThreadPoolExecutor

from offhook.sip.tokens import AHEAD, new_token


def test_none_is_given_out_twice_whoever_asks() -> None:
    with ThreadPoolExecutor(4) as threads:
        given = list(threads.map(lambda _: new_token(), range(4 * AHEAD)))
    assert len(set(given)) == len(given)


def test_each_is_a_token_of_96_bits() -> None:
    for _ in range(AHEAD + 1):
        word = new_token()
        assert len(bytes.fromhex(word)) == 12
