"""Providers, groups, and phones that set themselves up, on the page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from offhook.config import load
from offhook.manager.stores.phones import SqlitePhones
from tests.browser.axe import SCHEMES, violations
from tests.browser.officesite import ASKED_FOR, FETCHED, LET_IN, office_site
from tests.browser.site import PageSite

pytestmark = [pytest.mark.peer, pytest.mark.asyncio(loop_scope="module")]

MAC = "aa:bb:cc:dd:ee:ff"


@pytest_asyncio.fixture(loop_scope="module")
async def site(tmp_path: Path, browser: Browser) -> AsyncIterator[PageSite]:
    # axe is put into the page by the browser's own tools, which its policy would not let a page do.
    async with office_site(tmp_path, browser, bypass_csp=True) as site:
        yield site


async def administer(site: PageSite, tab: str) -> None:
    await site.page.goto(site.url)
    await site.page.get_by_label("User").fill("root")
    await site.page.get_by_label("Password", exact=True).fill("toor")
    await site.page.get_by_role("button", name="Log in").click()
    await expect(site.page.get_by_role("link", name="Admin")).to_be_visible()
    await site.page.goto(f"{site.url}/#/admin/{tab}")


async def test_a_phone_is_added_and_let_in_and_removed(site: PageSite, tmp_path: Path) -> None:
    page = site.page
    await administer(site, "phones")
    await page.get_by_role("button", name="Add a phone …").click()
    dialog = page.get_by_role("dialog", name="Add a phone")
    await dialog.get_by_label("MAC address").fill(MAC)
    await dialog.get_by_label("Model").select_option("Linphone")
    await dialog.get_by_label("Whose it is").select_option("4001")
    await dialog.get_by_role("button", name="Add", exact=True).click()
    row = page.locator(".device", has_text=MAC)
    await expect(row).to_contain_text("Let in until")
    await row.get_by_role("button", name="Let in no more").click()
    await expect(row).not_to_contain_text("Let in until")
    with closing(SqlitePhones(tmp_path / "state" / "phones.sqlite")) as store:
        [phone] = [one for one in store.list() if one.mac == MAC.replace(":", "")]
    assert (phone.model, phone.terminal, phone.window_until) == ("Linphone", "4001", 0)
    await row.get_by_role("button", name="Remove …").click()
    await page.get_by_role("dialog").get_by_role("button", name="Remove", exact=True).click()
    await expect(row).to_have_count(0)
    assert site.noise == []


async def test_what_is_refused_is_said_and_what_was_typed_is_still_there(site: PageSite) -> None:
    page = site.page
    await administer(site, "phones")
    await page.get_by_role("button", name="Add a phone …").click()
    dialog = page.get_by_role("dialog", name="Add a phone")
    await dialog.get_by_label("MAC address").fill(FETCHED.mac)
    await dialog.get_by_role("button", name="Add", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("already")
    await expect(dialog.get_by_label("MAC address")).to_have_value(FETCHED.mac)


async def test_the_secret_address_is_shown_once_it_is_asked_for_and_gone_when_it_is_closed(
    site: PageSite,
) -> None:
    page = site.page
    await administer(site, "phones")
    await page.get_by_role("button", name=f"Address …: Kim 4000, {written(FETCHED.mac)}").click()
    await page.get_by_role("dialog").get_by_role("button", name="Show").click()
    shown = page.get_by_role("dialog", name="Secret address of Kim 4000")
    await expect(shown.locator(".code")).to_contain_text(f"linphone-{FETCHED.mac}.xml")
    await expect(shown.get_by_role("img", name="QR code of the address")).to_be_visible()
    await shown.get_by_role("button", name="Close").click()
    await expect(page.get_by_text("/p/")).to_have_count(0)


async def test_who_asked_for_the_settings_of_another_s_phone_is_named(site: PageSite) -> None:
    await administer(site, "phones")
    rows = site.page.locator(".device")
    await expect(rows.filter(has_text=written(ASKED_FOR.mac))).to_contain_text(
        "192.0.2.66 asked for its settings as well"
    )
    await expect(rows.filter(has_text=written(LET_IN.mac))).to_contain_text("Let in until")
    await expect(rows.filter(has_text=written(FETCHED.mac))).to_contain_text("from 192.0.2.33")


async def test_providers_what_rings_and_groups_are_shown_to_administrators(site: PageSite) -> None:
    await administer(site, "outside")
    main = site.page.get_by_role("main")
    await expect(main.get_by_role("row", name="provider Knows us")).to_contain_text("0 of 10")
    await expect(main.get_by_role("row", name="+4930900100")).to_contain_text("Kim 4000, Lee Min-ho 4001")
    await expect(main.get_by_role("row", name="+4930900100")).to_contain_text("mon-fri 09:00-17:30")
    await site.page.goto(f"{site.url}/#/admin/groups")
    await expect(main.get_by_role("row", name="sales")).to_contain_text("lee")


@pytest.mark.timeout(60)  # a view loads a dozen times
async def test_a_group_is_added_changed_and_removed(site: PageSite, tmp_path: Path) -> None:
    page = site.page
    await administer(site, "groups")
    await page.get_by_role("button", name="Add a group …").click()
    dialog = page.get_by_role("dialog", name="Add a group")
    await dialog.get_by_label("Name").fill("support")
    await dialog.get_by_label("Phones").fill("4000, 4009")
    await dialog.get_by_role("button", name="Save").click()
    # What a start would refuse is said in the form, which still has what was typed.
    await expect(dialog.get_by_role("alert")).to_contain_text("'4009' is not a [[terminal]]")
    await expect(dialog.get_by_label("Name")).to_have_value("support")
    await dialog.get_by_label("Phones").fill("4000")
    await dialog.get_by_role("button", name="Save").click()
    main = page.get_by_role("main")
    await expect(main.get_by_role("row", name="support")).to_contain_text("Kim 4000")
    await expect(main.get_by_role("status")).to_contain_text("once the Call Manager is started anew")
    await main.get_by_role("button", name="Change …: support").click()
    dialog = page.get_by_role("dialog", name="Change the group support")
    await dialog.get_by_label("Who else").fill("lee\nroot")
    await dialog.get_by_label("Number outside").fill("+4930900100")
    await dialog.get_by_role("button", name="Save").click()
    await expect(main.get_by_role("row", name="support")).to_contain_text("lee, root")
    group = load(tmp_path / "offhook.toml", environ={}).groups[1]
    assert (group.name, group.terminals, group.users) == ("support", ("4000",), ("lee", "root"))
    assert group.number == "+4930900100"
    await main.get_by_role("button", name="Remove …: support").click()
    await page.get_by_role("dialog").get_by_role("button", name="Remove", exact=True).click()
    await expect(main.get_by_role("row", name="support")).to_have_count(0)
    await expect(main.get_by_role("status")).to_have_count(0)


@pytest.mark.timeout(60)
async def test_a_provider_is_added_and_what_rings_for_its_numbers(site: PageSite, tmp_path: Path) -> None:
    page = site.page
    await administer(site, "outside")
    await page.get_by_role("button", name="Add a provider …").click()
    dialog = page.get_by_role("dialog", name="Add a provider")
    await dialog.get_by_label("Name").fill("second")
    await dialog.get_by_label("Server").fill("127.0.0.1:7")
    await dialog.get_by_label("Connected by").select_option("TCP")
    await dialog.get_by_label("Account", exact=True).fill("4989")
    await dialog.get_by_label("Password", exact=True).fill("hunter22")
    await dialog.get_by_label("Numbers of the account").fill("+4989123450-+4989123459")
    await dialog.get_by_label("Calls at a time").fill("4")
    await dialog.get_by_role("button", name="Save").click()
    main = page.get_by_role("main")
    await expect(main.get_by_role("row", name="second")).to_contain_text("Not in use yet")
    await main.get_by_role("button", name="Change …: second").click()
    dialog = page.get_by_role("dialog", name="Change the provider second")
    await expect(dialog.locator("input[name=password]")).to_have_value("")
    await expect(dialog.get_by_label("Connected by")).to_have_value("tcp")
    await dialog.get_by_role("button", name="Cancel").click()
    await page.get_by_role("button", name="Add what rings …").click()
    dialog = page.get_by_role("dialog", name="Add what rings")
    await dialog.get_by_label("Name").fill("munich")
    await dialog.get_by_label("Numbers, or ranges").fill("+4989123450\n+4989123455-+4989123459")
    await dialog.get_by_label("Phones or groups").fill("sales 4001")
    await dialog.get_by_label("Order").select_option("in_order")
    await dialog.get_by_role("button", name="Save").click()
    await expect(main.get_by_role("row", name="munich")).to_contain_text("one after the other")
    await expect(main.get_by_role("row", name="munich")).to_contain_text("+4989123450, +4989123455")
    config = load(tmp_path / "offhook.toml", environ={})
    trunk, rule = config.trunks[1], config.incoming[1]
    assert (trunk.servers, trunk.transport, trunk.password, trunk.max_calls) == (
        ("127.0.0.1:7",),
        "tcp",
        "hunter22",
        4,
    )
    assert (rule.order, rule.ring, len(rule.numbers)) == ("in_order", ("4000", "4001"), 2)
    assert "hunter22" not in await page.content()


async def test_a_phone_is_given_a_number_of_its_own_outside(site: PageSite, tmp_path: Path) -> None:
    page = site.page
    await administer(site, "outside")
    main = page.get_by_role("main")
    await main.get_by_role("button", name="Change …: Kim 4000").click()
    dialog = page.get_by_role("dialog", name="Change the number of Kim 4000")
    await dialog.get_by_label("Number outside").fill("030 900101")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("number")
    await dialog.get_by_label("Number outside").fill("+4930900101")
    await dialog.get_by_role("button", name="Save").click()
    await expect(main.get_by_role("row", name="Kim 4000 +4930900101")).to_be_visible()
    await expect(main.get_by_role("status")).to_contain_text("once the Call Manager is started anew")
    assert load(tmp_path / "offhook.toml", environ={}).terminals[0].number == "+4930900101"
    await expect(main.get_by_role("button", name="Remove …: Kim 4000")).to_have_count(0)


async def test_everybody_sees_the_own_phone_and_groups(site: PageSite) -> None:
    await site.log_in()
    await site.page.get_by_role("link", name="Settings").click()
    office = site.page.locator("section", has_text="Your phone and your groups")
    await expect(office.get_by_role("row", name="Phone")).to_contain_text("Linphone")
    await expect(office.get_by_role("row", name="Group")).to_contain_text("sales: Kim 4000")
    await expect(office).to_contain_text("+4930900100")
    await expect(office).not_to_contain_text("busy")


@pytest.mark.timeout(60)  # axe takes a second for each view and colour, more on a busy machine
async def test_no_view_has_a_fault_that_axe_finds_nor_is_wider_than_a_small_phone(site: PageSite) -> None:
    await site.page.set_viewport_size({"width": 360, "height": 740})
    await administer(site, "phones")
    for tab, content in (("phones", ".device"), ("groups", "tbody tr"), ("outside", "tbody tr")):
        await site.page.goto(f"{site.url}/#/admin/{tab}")
        await expect(site.page.locator("main h1")).to_be_visible()
        await expect(site.page.locator(content).first).to_be_visible()
        assert await site.page.evaluate("document.documentElement.scrollWidth") == 360, tab
        for scheme in SCHEMES:
            await site.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert await violations(site.page) == [], (tab, scheme)


def written(mac: str) -> str:
    return ":".join(mac[at : at + 2] for at in range(0, 12, 2))
