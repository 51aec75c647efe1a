"""Links of the digest: what each lets in, for how long, and that looking changes nothing."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from kb.links import Links
from tests.web.digest.mailbox import (
    ADDRESS,
    filled_in,
    mails,
    main_of,
    post,
    preferences,
    states,
    subscribe,
)
from tests.web.html import Element, parse
from tests.web.site import Site
from web.digest.links import Purpose, ReaderLinks
from web.feedback import limiter

FOREVER = timedelta(days=40_000)


@pytest.fixture(autouse=True)
def _nobody_has_sent_anything() -> None:
    """Limits are counted in this process, over all its apps."""
    if limiter.initialized:
        limiter.reset()


def confirm_link(site: Site) -> str:
    subscribe(site)
    return mails(site)[-1].link


def form_of(page: Element, below: str) -> str:
    """The address of the form that is sent below a path."""
    [found] = [f.attributes["action"] for f in page.all("form") if below in f.attributes["action"]]
    return found


def expired(site: Site, purpose: Purpose, subscription_id: str) -> str:
    """A token that was good, and is over."""
    past = datetime.now(UTC) - purpose.lasts - timedelta(seconds=1)
    links = Links(site.services.secret, lambda: past)
    return links.make(purpose.value[0], {"subscription": subscription_id}, purpose.lasts)


def token_for(site: Site, purpose: Purpose, subscription_id: str) -> str:
    return ReaderLinks(site.services.links, "").make(purpose, subscription_id)


def id_of(site: Site, path: str) -> str:
    token = path.rsplit("/", 1)[1]
    return site.services.links.read(Purpose.PREFERENCES.value[0], token)["subscription"]


def test_looking_at_the_link_confirms_nobody(site: Site) -> None:
    link = confirm_link(site)
    page = site.page(link)
    assert ADDRESS in page.text
    assert site.app.test_client().head(link).status_code == 200
    assert states(site) == [(ADDRESS, "pending")]


def test_the_button_confirms_and_leads_to_the_preferences(site: Site) -> None:
    link = confirm_link(site)
    answer = post(site, link)
    assert answer.status_code == 303
    assert states(site) == [(ADDRESS, "active")]
    page = site.page(answer.location)
    assert page.one(role="status", class_="note").text.startswith("You will get the digest")
    # Used again, nothing changes.
    assert post(site, link).status_code == 303
    assert "You get the digest already" in site.page(link).text
    assert states(site) == [(ADDRESS, "active")]


def test_a_used_link_brings_nobody_back(site: Site) -> None:
    link = confirm_link(site)
    page = site.page(post(site, link).location)
    post(site, form_of(page, "/unsubscribe/"))
    assert "the digest was ended" in site.page(link).text
    answer = post(site, link)
    assert answer.status_code == 200
    assert "the digest was ended" in main_of(answer)
    assert states(site) == [(ADDRESS, "unsubscribed")]


@pytest.mark.parametrize("purpose", list(Purpose))
def test_an_expired_link_says_how_to_get_another(site: Site, purpose: Purpose) -> None:
    path = preferences(site)
    place = purpose.name.lower()
    token = expired(site, purpose, id_of(site, path))
    answers = [site.get(f"/digest/{place}/{token}")]
    if purpose is not Purpose.ISSUE:
        answers.append(post(site, f"/digest/{place}/{token}"))
    for answer in answers:
        assert answer.status_code == 403
        assert "This link has expired" in main_of(answer)
        assert "/subscribe" in parse(answer.text).one("main").links()
    assert states(site) == [(ADDRESS, "active")]


def test_a_link_lets_in_only_where_it_is_for_and_only_as_it_was_made(site: Site) -> None:
    path = preferences(site)
    tokens = {purpose: token_for(site, purpose, id_of(site, path)) for purpose in Purpose}
    for purpose, token in tokens.items():
        others = [other for other in Purpose if other is not purpose]
        wrong = [f"/digest/{other.name.lower()}/{token}" for other in others]
        place = f"/digest/{purpose.name.lower()}"
        altered = [f"{place}/{token[:-1]}", f"{place}/x{token}", f"{place}/{token}x", f"{place}/x"]
        for address in (*wrong, *altered):
            assert site.get(address).status_code == 403, address
            if not address.startswith("/digest/issue/"):
                assert post(site, address).status_code == 403, address
    for below in ("data", "delete"):
        assert (
            site.get(f"/digest/preferences/{tokens[Purpose.UNSUBSCRIBE]}/{below}").status_code
            == 403
        )
    assert (
        post(site, f"/digest/preferences/{tokens[Purpose.UNSUBSCRIBE]}/delete").status_code == 403
    )
    assert states(site) == [(ADDRESS, "active")]


def test_what_was_only_asked_for_has_no_preferences_to_save(site: Site) -> None:
    confirm_link(site)
    with site.services.database.read() as session:
        asked = session.connection().exec_driver_sql("SELECT id FROM subscription").scalar_one()
    token = token_for(site, Purpose.PREFERENCES, asked)
    assert post(site, f"/digest/preferences/{token}").status_code == 404
    assert states(site) == [(ADDRESS, "pending")]


def test_preferences_are_saved_as_they_are_shown(site: Site) -> None:
    path = preferences(site, need=["SEMH"], search=["q=late"], frequency="fortnightly")
    sent = filled_in(site.page(path))
    assert (sent["need"], sent["search"], sent["frequency"]) == (
        ["SEMH"],
        ["q=late"],
        ["fortnightly"],
    )
    tomorrow = datetime.now(UTC).date() + timedelta(days=9)
    changed = {**sent, "need": ["ASD"], "search": [], "always": ["1"], "hour": ["18"]}
    changed["paused_until"] = [tomorrow.isoformat()]
    answer = site.app.test_client().post(path, data=changed, headers={"Origin": "null"})
    assert answer.location == f"{path}?said=saved"
    assert filled_in(site.page(path)) == {name: value for name, value in changed.items() if value}
    assert "Saved." in site.page(answer.location).text


@pytest.mark.parametrize("until", ["yesterday", "2020-01-01", "2999-01-01", "2026-13-45"])
def test_a_pause_that_cannot_be_is_refused(site: Site, until: str) -> None:
    path = preferences(site)
    sent = {**filled_in(site.page(path)), "paused_until": until}
    answer = site.app.test_client().post(path, data=sent)
    assert answer.status_code == 422
    assert "pause" in main_of(answer)


def test_looking_at_the_unsubscribe_link_ends_nothing(site: Site) -> None:
    page = site.page(preferences(site))
    address = form_of(page, "/unsubscribe/")
    assert site.page(address).one("form").attributes["action"] == address
    assert site.app.test_client().head(address).status_code == 200
    assert states(site) == [(ADDRESS, "active")]


def test_mail_programs_unsubscribe_with_one_click(site: Site) -> None:
    """RFC 8058: a POST from nowhere, without cookie or form, and again if they like."""
    address = form_of(site.page(preferences(site)), "/unsubscribe/")
    for _ in range(2):
        answer = site.app.test_client().post(address, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert not answer.location
        assert "You are unsubscribed" in main_of(answer)
        assert states(site) == [(ADDRESS, "unsubscribed")]


def test_who_was_deleted_is_unsubscribed_too(site: Site) -> None:
    path = preferences(site)
    address = form_of(site.page(path), "/unsubscribe/")
    post(site, f"{path}/delete")
    assert post(site, address).status_code == 200


def test_saving_begins_again_what_had_ended(site: Site) -> None:
    path = preferences(site)
    post(site, form_of(site.page(path), "/unsubscribe/"))
    page = site.page(path)
    assert "You are not subscribed at present" in page.text
    site.app.test_client().post(path, data=filled_in(page))
    assert states(site) == [(ADDRESS, "active")]


def test_a_reader_takes_their_data_with_them(site: Site) -> None:
    path = preferences(site, need=["SEMH"], search=["q=late"])
    answer = site.get(f"{path}/data")
    assert "attachment" in answer.headers["Content-Disposition"]
    told = json.loads(answer.text)
    assert (told["address"], told["state"]) == (ADDRESS, "active")
    assert told["interests"]["searches"] == [{"filters": [], "text": "late"}]


def test_deleting_asks_first_and_leaves_nothing(site: Site) -> None:
    path = preferences(site)
    subscribe(site)
    link = mails(site)[-1].link
    page = site.page(f"{path}/delete")
    assert ADDRESS in page.text
    assert len(states(site)) == 2
    answer = post(site, form_of(page, "/delete"))
    assert answer.location == "/digest/deleted"
    assert states(site) == []
    for gone in (path, f"{path}/data", f"{path}/delete", link):
        assert site.get(gone).status_code == 404
    assert "no longer here" in site.page(path, status=404).text


def test_no_page_of_a_reader_sets_a_cookie(site: Site) -> None:
    path = preferences(site)
    for address in (path, f"{path}/data", "/subscribe"):
        assert "Set-Cookie" not in site.get(address).headers
