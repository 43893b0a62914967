from offhook.sip.endpoint import Endpoint
from offhook.switch.media.bencode import encode
from offhook.switch.media.engine import MAX_OPEN, PING_S, SEND_AGAIN_S, Answer, Engine, problem
from offhook.switch.media.engines import Engines
from tests.switch.media.scripted import ScriptedEngine

GIVEN_UP = sum(SEND_AGAIN_S) + 0.01


def turn(endpoint: Endpoint, seconds: float) -> None:
    """Let that much time pass."""
    end = endpoint.now + seconds
    while (due := endpoint.timers.latest) <= end:
        endpoint.tick(max(due, endpoint.now))
    endpoint.tick(end)


def test_a_command_that_is_lost_is_sent_again_with_its_cookie() -> None:
    endpoint = Endpoint()
    sent: list[bytes] = []
    told: list[Answer | None] = []
    engine = Engine("one", endpoint, sent.append)
    engine.ask({"command": "ping"}, told.append)
    turn(endpoint, SEND_AGAIN_S[0])
    assert len(sent) == 2
    assert sent[0] == sent[1]
    engine.receive(sent[1].partition(b" ")[0] + b" d6:result4:ponge")
    assert told == [{b"result": b"pong"}]
    turn(endpoint, 5)
    assert len(sent) == 2


def test_an_engine_that_says_nothing_is_given_up_in_time_and_is_down() -> None:
    endpoint = Endpoint()
    told: list[Answer | None] = []
    one = ScriptedEngine(endpoint)
    one.away = True
    one.engine.ask({"command": "ping"}, told.append)
    turn(endpoint, GIVEN_UP)
    assert told == [None]
    assert one.engine.up is False
    assert one.sent == len(SEND_AGAIN_S)


def test_it_is_there_again_once_it_answers_a_ping() -> None:
    endpoint = Endpoint()
    ups: list[bool] = []
    one = ScriptedEngine(endpoint)
    one.engine.on_up = lambda: ups.append(True)
    one.away = True
    one.engine.start()
    turn(endpoint, GIVEN_UP)
    one.away = False
    turn(endpoint, PING_S)
    assert one.engine.up is True
    assert ups == [True]


def test_what_fits_to_no_command_or_cannot_be_read_is_passed_over() -> None:
    endpoint = Endpoint()
    sent: list[bytes] = []
    told: list[Answer | None] = []
    engine = Engine("one", endpoint, sent.append)
    engine.ask({"command": "ping"}, told.append)
    cookie = sent[0].partition(b" ")[0]
    for data in (b"", b"other d6:result4:ponge", cookie, cookie + b" junk", cookie + b" i1e"):
        engine.receive(data)
    assert told == []


def test_an_answer_that_comes_twice_counts_once() -> None:
    endpoint = Endpoint()
    sent: list[bytes] = []
    told: list[Answer | None] = []
    engine = Engine("one", endpoint, sent.append)
    engine.ask({"command": "ping"}, told.append)
    for _ in range(2):
        engine.receive(sent[0].partition(b" ")[0] + b" d6:result4:ponge")
    assert len(told) == 1


def test_more_open_commands_than_there_may_be_are_refused_at_once() -> None:
    told: list[Answer | None] = []
    engine = Engine("one", Endpoint(), lambda _data: None)
    for _ in range(MAX_OPEN + 1):
        engine.ask({"command": "ping"}, told.append)
    assert told == [None]


def test_who_waits_hears_of_the_end() -> None:
    told: list[Answer | None] = []
    engine = Engine("one", Endpoint(), lambda _data: None)
    engine.ask({"command": "ping"}, told.append)
    engine.stop()
    assert told == [None]


def test_the_engines_own_words_are_short_and_printable() -> None:
    assert problem(None) == "no answer"
    assert problem({b"result": b"ok"}) == ""
    assert problem({b"result": b"error", b"error-reason": b"Failed\n\x1b[31m" + b"x" * 500}) == (
        "Failed[31m" + "x" * 88
    )
    assert problem({}) == "refused without a word"


def test_of_several_engines_the_first_that_is_there_takes_a_call() -> None:
    endpoint = Endpoint()
    first, second = ScriptedEngine(endpoint, "first"), ScriptedEngine(endpoint, "second")
    engines = Engines([first.engine, second.engine])
    took: list[Engine | None] = []
    offer = {"command": "offer", "call-id": "x"}
    engines.offer(offer, None, lambda engine, _answer: took.append(engine))
    first.away = True
    engines.offer(offer, None, lambda engine, _answer: took.append(engine))
    turn(endpoint, GIVEN_UP)
    assert took == [first.engine, second.engine]
    first.sent = 0
    engines.offer(offer, None, lambda engine, _answer: took.append(engine))
    assert took[-1] is second.engine
    assert first.sent == 0  # nobody waits for it any more


def test_an_engine_that_refuses_is_passed_by_for_this_call() -> None:
    endpoint = Endpoint()
    first, second = ScriptedEngine(endpoint, "first"), ScriptedEngine(endpoint, "second")
    first.script.refuses = b"Ran out of ports"
    took: list[Engine | None] = []
    engines = Engines([first.engine, second.engine])
    engines.offer({"command": "offer", "call-id": "x"}, None, lambda engine, _answer: took.append(engine))
    assert took == [second.engine]


def test_the_engine_that_has_the_call_comes_first() -> None:
    endpoint = Endpoint()
    first, second = ScriptedEngine(endpoint, "first"), ScriptedEngine(endpoint, "second")
    took: list[Engine | None] = []
    engines = Engines([first.engine, second.engine])
    engines.offer(
        {"command": "offer", "call-id": "x"}, second.engine, lambda engine, _answer: took.append(engine)
    )
    assert took == [second.engine]


def test_where_no_engine_is_left_that_is_said_at_once() -> None:
    endpoint = Endpoint()
    one = ScriptedEngine(endpoint)
    one.engine.up = False
    told: list[object] = []
    Engines([one.engine]).offer(
        {"command": "offer", "call-id": "x"}, None, lambda engine, _answer: told.append(engine)
    )
    assert told == [None]
    assert one.sent == 0


def test_a_cookie_is_never_used_twice() -> None:
    sent: list[bytes] = []
    engine = Engine("one", Endpoint(), sent.append)
    for _ in range(3):
        engine.ask({"command": "ping"}, lambda _answer: None)
    assert len({data.partition(b" ")[0] for data in sent}) == 3
    assert all(data.endswith(encode({"command": "ping"})) for data in sent)
