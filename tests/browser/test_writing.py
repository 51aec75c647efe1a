def test_a_picture_asks_what_it_shows_and_stands_in_the_preview(
    site: str, signed_in: SignedIn, tmp_path: Path
) -> None:
    picture = tmp_path / "hall.png"
    picture.write_bytes(a_picture())
    with signed_in(Role.CONTRIBUTOR, tolerated="status of 422") as page:
        begin(page, site, "A picture of the hall")
        is_live(page)
        page.get_by_role("button", name="Picture").click()
        page.get_by_label("PNG, JPEG or WebP").set_input_files(picture)
        page.get_by_role("button", name="Add it").click()
        expect(page.locator("#picture-problem")).to_contain_text("some readers cannot see it")
        check(page)
        page.get_by_label("What it shows").fill("The hall at noon")
        page.get_by_label("What it shows").press("Enter")
        image = page.locator("#preview img")
        expect(image).to_have_attribute("alt", "The hall at noon")
        assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


def test_what_two_people_agree_to_is_found_by_search(site: str, signed_in: SignedIn) -> None:
    with signed_in(Role.CONTRIBUTOR) as author, signed_in(Role.EDITOR) as editor:
        author.goto(f"{site}/search?q=summer+club+lunch")
        author.locator("#results h3 a").first.click()
        author.get_by_role("button", name="Edit").click()
        is_live(author)
        text = author.get_by_role("textbox", name="Text")
        text.fill(text.input_value().replace("## Impact\n", "## Impact\n\nThe marzipan parade.\n"))
        author.get_by_role("button", name="Review").click()
        author.get_by_role("button", name="Hand in for review").click()
        editor.goto(author.url.partition("?")[0])
        editor.get_by_role("button", name="Approve").click()
        editor.get_by_role("button", name="Publish now").click()
        expect(editor.get_by_text("It can be found within seconds")).to_be_visible()
        for _ in range(60):
            author.goto(f"{site}/search?q=%22marzipan+parade%22")
            if author.locator("#results h3").count():
                break
            author.wait_for_timeout(500)
        expect(author.locator("#results .card").first).to_contain_text("marzipan parade")
