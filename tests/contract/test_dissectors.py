"""What every installed dissector declares fits together: names, types, descriptions, and fields that exist."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from thresher.capture import discovery
from thresher.capture.generic_fields import ROW
from thresher.capture.model import Argument, Column, Common, FieldType, Json, Sql, Version
from thresher.capture.note_fields import NOTE_FIELDS
from thresher.capture.registry import COMMON_FIELDS, NAME, Catalogue
from thresher.capture.store import schema

NAMES = discovery.plugin_names(discovery.DISSECTORS)
EVENT_COLUMN = re.compile(r"\be\.([a-z_]+)")


def test_the_built_in_plugins_are_registered_like_a_strangers() -> None:
    assert {"aws_cloudtrail", "syscall"} <= set(NAMES)
    assert {"json_logs", "scap"} <= set(discovery.plugin_names(discovery.READERS))


@pytest.fixture(params=NAMES)
def catalogue(request: pytest.FixtureRequest) -> Catalogue:
    return Catalogue(discovery.dissector(request.param))


def test_a_dissector_is_named_as_it_is_registered(catalogue: Catalogue) -> None:
    assert catalogue.source in NAMES


def test_field_names_follow_the_grammar(catalogue: Catalogue) -> None:
    common = {name for name, *_ in COMMON_FIELDS} | {field.name for field in NOTE_FIELDS} | {ROW}
    wrong = [f.name for f in catalogue if not NAME.fullmatch(f.name) or (("." not in f.name) and f.name not in common)]
    assert not wrong


def test_a_description_is_one_sentence_with_a_full_stop(catalogue: Catalogue) -> None:
    sentence, second = re.compile(r"[A-Z0-9'`(/].*[^ .]\."), re.compile(r"[a-z)]\. [A-Z]")
    texts = {field.name: field.description for field in catalogue}
    assert not [name for name, text in texts.items() if not sentence.fullmatch(text) or second.search(text)]


def test_a_field_has_a_title(catalogue: Catalogue) -> None:
    assert not [field.name for field in catalogue if not field.title.strip()]


def test_fields_live_in_columns_and_relations_that_are_declared(catalogue: Catalogue) -> None:
    dissector = discovery.dissector(catalogue.source)
    columns = {spec.name for spec in schema.event_columns(dissector)}
    relations = {relation.name: relation for relation in dissector.relations}
    wrong = []
    for field in catalogue:
        match field.place:
            case Column(name):
                stems = [f"{name}_hi", f"{name}_lo"] if field.type is FieldType.IP else [name]
                wrong += [field.name for stem in stems if stem not in columns]
            case Sql(expression):
                wrong += [field.name for used in EVENT_COLUMN.findall(expression) if used not in columns]
            case Version(relation, _) if relation not in relations:
                wrong.append(field.name)
            case Json(None) if field.argument is not Argument.PATH:
                wrong.append(field.name)
            case Common(names):
                wrong += [field.name for name in names if catalogue.get(name) is None]
    assert not wrong


def test_summary_list_columns_and_conversation_use_fields_of_the_source(catalogue: Catalogue) -> None:
    dissector = discovery.dissector(catalogue.source)
    used = [name for _, name, _, _ in Formatter().parse(dissector.summary) if name]
    used += [column.field for column in dissector.list_columns]
    used += list(dissector.conversation)
    for names in dissector.common.values():
        used += names
    for name in used:
        assert not catalogue.resolve(name).field.is_filter_only, name


def test_conversations_are_filters_with_fields_of_the_source(catalogue: Catalogue) -> None:
    from thresher.capture.filter import prepare

    for each in discovery.dissector(catalogue.source).conversations:
        values = {FieldType.STRING: '"x"', FieldType.IP: "10.0.0.1"}
        literals = {name: values.get(catalogue.resolve(name).field.type, "1") for name in each.fields()}
        assert prepare(each.filled(literals), catalogue) is not None, each.name


def test_either_names_fields_of_the_same_type(catalogue: Catalogue) -> None:
    for field in catalogue:
        for name in field.either:
            found = catalogue.get(name)
            assert found is not None, f"{field.name}: {name}"
            assert found.type is field.type, f"{field.name}: {name}"


def test_examples_and_colour_rules_are_filters_of_the_source(catalogue: Catalogue) -> None:
    from thresher.capture.filter import check, parse

    rules = [(rule.name, rule.filter) for rule in discovery.dissector(catalogue.source).colour_rules]
    for name, text in [*rules, *((field.name, field.example) for field in catalogue if field.example)]:
        assert check(parse(text, catalogue), catalogue) is not None, name


def test_one_name_has_one_type_in_all_dissectors() -> None:
    types: dict[str, set[tuple[FieldType, bool]]] = {}
    for name in NAMES:
        for field in Catalogue(discovery.dissector(name)):
            types.setdefault(field.name, set()).add((field.type, field.is_list))
    assert not {name for name, found in types.items() if len(found) > 1}
