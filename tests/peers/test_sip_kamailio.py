"""The driver for any SIP PBX passes the contract of all drivers towards Kamailio as registrar and proxy."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from offhook.call import CallState, Cause
from offhook.demo.phone import CallRejected
from offhook.errors import CallError
from offhook.sip.message import Request
from tests.attacks.site import ELSEWHERE
from tests.attacks.wire import a_wire, as_heard, final
from tests.peers.kamailio import Kamailio
from tests.peers.pbxcontract import PbxContract
from tests.peers.pbxsite import PbxSite, close, pbx_site
from tests.switch.certificate import make_certificate
from tests.switch.contract import a_forwarding_is_not_followed
from tests.switch.site import ANSWERS, RINGS, Site, patience
from tests.switch.transfers import TransferContract

pytestmark = pytest.mark.peer


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def kamailio(tmp_path_factory: pytest.TempPathFactory, certificate: tuple[Path, Path]) -> Iterator[Kamailio]:
    with Kamailio(tmp_path_factory.mktemp("kamailio"), certificate=certificate) as running:
        yield running


class TestOverUdp(PbxContract, TransferContract):
    @pytest.fixture
    async def site(
        self, request: pytest.FixtureRequest, tmp_path: Path, kamailio: Kamailio
    ) -> AsyncIterator[PbxSite]:
        if "by_hand" in request.node.name:
            # One that tells of its users' dialogs, and knows none of other tests' calls.
            with Kamailio(tmp_path / "kamailio", dialogs=True) as own:
                site = await pbx_site(own.address, dialog_events=True, **patience(request))
                yield site
                await close(site)
        else:
            site = await pbx_site(kamailio.address, **patience(request))
            yield site
            await close(site)

    async def test_a_call_dialled_by_hand_is_ended_at_the_phone(self, site: Site) -> None:
        caller = await site.phone("4000")
        await site.phone("4001", ANSWERS)
        await caller.call("4001")
        call = await site.until_seen(lambda call: call.state is CallState.CONNECTED)
        with pytest.raises(CallError, match="hang up at the phone"):
            site.drop(call.id)

    async def test_who_heard_a_call_does_not_end_it_from_elsewhere(self, site: PbxSite) -> None:
        own, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
        call = site.dial()
        await site.until(call, CallState.CONNECTED)
        await site.settled(own, callee)
        leg = next(iter(site.switch.legs.values()))
        async with a_wire(site.switch.address, ELSEWHERE) as thief:
            for method in ("BYE", "REFER", "INVITE"):
                assert (await final(thief, as_heard(leg, method))).status == 403
        assert site.states(call)[-1] is CallState.CONNECTED
        callee.calls[0].hang_up()
        await site.until(call, CallState.ON_HOOK)

    async def test_who_heard_a_subscription_tells_of_no_calls_by_hand_from_elsewhere(
        self, site: PbxSite
    ) -> None:
        await site.phone("4000")
        watching = site.switch._watching
        assert watching is not None
        dialog = watching._subscriptions["4000"].dialog
        assert dialog is not None
        notify = Request("NOTIFY", "sip:offhook@127.0.0.1")
        for name, value in (
            ("From", dialog.remote),
            ("To", dialog.local),
            ("Call-ID", dialog.call_id),
            ("CSeq", f"{dialog.remote_cseq + 50} NOTIFY"),
            ("Event", "dialog"),
            ("Subscription-State", "terminated"),
            ("Max-Forwards", "70"),
        ):
            notify.headers.set(name, value)
        async with a_wire(site.switch.address, ELSEWHERE) as thief:
            assert (await final(thief, notify)).status == 403
        assert watching.is_active("4000")

    async def test_a_phone_that_forwards_does_not_decide_what_is_dialled(self, site: Site) -> None:
        await a_forwarding_is_not_followed(site)

    async def test_somebody_outside_does_not_decide_what_our_accounts_call(self, site: Site) -> None:
        await site.phone("4000")
        outside = await site.phone("4005", ANSWERS)
        third = await site.phone("4002", ANSWERS)
        call_id = site.dial("4000", "4005")
        await site.until(call_id, CallState.CONNECTED)
        await outside.event("answered")
        with pytest.raises(CallRejected, match="603"):
            await outside.calls[0].transfer("4002")
        assert third.invites == 0
        site.drop(call_id)
        await outside.event("ended")

    async def test_somebody_outside_is_handed_to_a_colleague(self, site: Site) -> None:
        own, third = await site.phone("4000"), await site.phone("4002", RINGS)
        outside = await site.phone("4005", ANSWERS)
        call_id = site.dial("4000", "4005")
        await site.until(call_id, CallState.CONNECTED)
        await site.settled(own, outside)
        await own.calls[0].transfer("4002")
        own.calls[0].hang_up()
        assert await site.cause(call_id) is Cause.NORMAL
        (ringing,) = site.calls_of("4002")
        third.calls[0].answer()
        arrived = await site.until(ringing.id, CallState.CONNECTED)
        assert (arrived.caller.id, arrived.callee.id) == ("4005", "4002")
        await site.settled(outside, third)
        site.drop(arrived.id)
        await outside.event("ended")
        await third.event("ended")

    async def test_a_call_handed_from_outside_to_outside_is_still_its_users(self, site: Site) -> None:
        own = await site.phone("4000")
        outside, other = await site.phone("4005", ANSWERS), await site.phone("4006", ANSWERS)
        call_id = site.dial("4000", "4005")
        await site.until(call_id, CallState.CONNECTED)
        await site.settled(own, outside)
        await own.calls[0].transfer("4006")
        await own.event("ended")
        await site.settled(outside, other)
        assert site.states(call_id)[-1] is CallState.CONNECTED
        site.drop(call_id)
        await outside.event("ended")
        await other.event("ended")

    async def test_what_is_no_number_is_an_invalid_address(self, site: Site) -> None:
        await site.phone("4000")
        assert await site.cause(site.dial("4000", "nobody")) is Cause.INVALID_ADDRESS

    async def test_a_phone_whose_host_is_gone_is_unreachable(self, site: Site) -> None:
        own = await site.phone("4000")
        assert await site.cause(site.dial("4000", "4008")) is Cause.UNREACHABLE
        await own.event("ended")


async def test_a_phone_that_does_not_even_ring_in_time_is_unreachable(kamailio: Kamailio) -> None:
    site = await pbx_site(kamailio.address, no_answer_s=0.2)  # Kamailio itself gives up after a second
    own = await site.phone("4000")
    assert await site.cause(site.dial("4000", "4008")) is Cause.UNREACHABLE
    await own.event("ended")
    await close(site)


class TestOverTls(PbxContract):
    """The PBX can reach us by our connection only."""

    @pytest.fixture
    async def site(
        self,
        request: pytest.FixtureRequest,
        tmp_path: Path,
        kamailio: Kamailio,
        certificate: tuple[Path, Path],
    ) -> AsyncIterator[PbxSite]:
        with ExitStack() as stack:
            by_hand = "by_hand" in request.node.name
            if by_hand:
                own = Kamailio(tmp_path / "kamailio", dialogs=True, certificate=certificate)
                kamailio = stack.enter_context(own)
            site = await pbx_site(
                kamailio.address,
                server=f"127.0.0.1:{kamailio.tls[1]}",
                transport="tls",
                tls_ca_file=certificate[0],
                dialog_events=by_hand,
                **patience(request),
            )
            yield site
            await close(site)
