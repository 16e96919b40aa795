"""Which language is spoken, and a sentence in it."""

import copy
import json
import pickle
import threading

import pytest

from clearprop.errors import ClearpropError
from clearprop.i18n import LANGUAGES, Sentence, from_environment, language, number, speaking, use
from clearprop.i18n.catalogue import Message
from clearprop.i18n.language import SOURCE


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({}, "en"),
        ({"LANG": "uk_UA.UTF-8"}, "uk"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "es"}, "es"),
        ({"LANG": "fr-CA"}, "fr"),
        ({"LANG": "hi_IN@devanagari"}, "hi"),
        ({"LANG": "uk_UA", "LC_MESSAGES": "es_ES"}, "es"),
        ({"LANG": "uk_UA", "LC_MESSAGES": "es_ES", "LC_ALL": "fr_FR"}, "fr"),
        ({"LANG": "uk_UA", "LANGUAGE": "de:hi:es"}, "hi"),
        ({"LANG": "de_DE", "LANGUAGE": ""}, "en"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "fr"}, "en"),
        ({"LC_ALL": "POSIX", "LANG": "fr_FR"}, "en"),
    ],
)
def test_the_language_of_an_environment(environment, code):
    assert from_environment(environment) == code


def test_a_language_is_spoken_inside_a_block():
    before = language()
    with speaking("uk"):
        assert language() == "uk"
        with speaking(None):
            assert language() == "uk"
        with speaking("es"):
            assert language() == "es"
        assert language() == "uk"
    assert language() == before


def test_other_threads_speak_their_own():
    found = []
    with speaking("hi"):
        thread = threading.Thread(target=lambda: found.append(language()))
        thread.start()
        thread.join()
    assert found == [language()]


def test_use_is_for_the_whole_program():
    try:
        use("fr")
        found = []
        thread = threading.Thread(target=lambda: found.append(language()))
        thread.start()
        thread.join()
        assert [language(), *found] == ["fr", "fr"]
    finally:
        use(SOURCE)


@pytest.mark.parametrize("code", ["xx", "", "EN", "../uk"])
def test_an_unknown_language_is_refused(code):
    with pytest.raises(ClearpropError, match="clearprop speaks en \\(English\\)"):
        use(code)
    with pytest.raises(ClearpropError, match="There is no language"), speaking(code):
        pass


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_a_sentence_is_formatted_with_is_written_as_its_language_does(code):
    with speaking(code):
        text = Message("{n:,} {share:.1%} {name} {name!r} {flag}").format(n=1234567, share=0.5, name="a,1.5", flag=True)
        assert text == f"{number(1234567, ',')} {number(0.5, '.1%')} a,1.5 'a,1.5' True"


def test_a_sentence_is_english_as_a_value_and_said_in_the_language():
    share = Sentence(lambda: number(0.5, ".1%"))
    with speaking("uk"):
        made_there = Sentence(lambda: number(0.5, ".1%"))
        for sentence in (share, made_there):
            assert sentence == "50.0%" and json.dumps([sentence]) == '["50.0%"]'
            assert str(sentence) == f"{sentence}" == "50,0%"
            assert [pickle.loads(pickle.dumps(sentence)), copy.deepcopy(sentence)] == ["50.0%"] * 2
    assert str(share) == "50.0%"
