"""A PBX may pass one INVITE on to several phones, and two of them may answer (RFC 3261 §13.2.2.4)."""

from __future__ import annotations

from offhook.call import CallState
from offhook.sip.message import Request, serialize
from offhook.switch.pbx import PbxSwitch
from tests.switch.smallpbx import SmallPbx, came_to, small_pbx
from tests.waiting import until


def also_answers(pbx: SmallPbx, switch: PbxSwitch, invite: Request) -> str:
    """Another phone answers the INVITE as well; its tag."""
    response = pbx._usual(invite)
    response.headers.set("To", f"{invite.headers.get('To')};tag=another")
    pbx.endpoint.send(pbx.transport.flow("udp", switch.address), serialize(response))
    pbx.transport.flush()
    return "another"


async def test_of_two_phones_that_answer_the_second_is_hung_up_and_the_call_goes_on() -> None:
    async with small_pbx(lambda _request: None) as (pbx, switch):
        call = await came_to(switch, CallState.CONNECTED)
        invite = pbx.invites("4001")[0]
        tag = also_answers(pbx, switch, invite)

        def hung_up() -> list[str]:
            return [one.to_tag for one in pbx.heard if one.method == "BYE" and one.call_id == invite.call_id]

        await until(hung_up, "the second phone is hung up")
        assert hung_up() == [tag]
        switch.drop(call.id)
        await until(lambda: len(hung_up()) == 2, "the first phone is hung up as well")
