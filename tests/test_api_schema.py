"""The whole description of the service, tried out by schemathesis: no 5xx, and answers as they are described."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation.modes import GenerationMode
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_app
from api.settings import Settings
from tests.serving import Service, serving

EXAMPLES = 20
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
DESCRIPTION = create_app(Settings(data=Path("nowhere"))).openapi()
SCHEMA = schemathesis.openapi.from_dict(json.loads(json.dumps(DESCRIPTION)))
OPERATIONS = {result.ok().label: result.ok() for result in SCHEMA.get_all_operations()}


TRIED = [
    (name, mode)
    for name, operation in OPERATIONS.items()
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or operation.body or list(operation.iter_parameters())
]
"""Each operation with requests that fit the description, and, where there is anything to get wrong, with others."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("service"), workers=2) as running:
        yield running


@pytest.mark.slow
@pytest.mark.parametrize(("name", "mode"), TRIED)
def test_answers_are_as_described(name: str, mode: GenerationMode, service: Service) -> None:
    operation: APIOperation = OPERATIONS[name]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(mode))
    def tried(case: schemathesis.Case) -> None:
        case.call_and_validate(base_url=service.url, checks=CHECKS, timeout=60)

    tried()


def test_every_error_is_described_as_a_problem() -> None:
    assert {"/v1/checks", "/v1/checks/{id}", "/healthz", "/readyz", "/metrics"} <= DESCRIPTION["paths"].keys()
    for path, item in DESCRIPTION["paths"].items():
        if path.startswith("/v2/"):
            continue  # LanguageTool's clients read plain sentences
        for operation in item.values():
            kinds = [set(answer["content"]) for status, answer in operation["responses"].items() if status >= "400"]
            assert kinds
            assert all(one == {"application/problem+json"} for one in kinds), path


def test_the_page_about_the_api_names_every_address_and_no_other() -> None:
    page = (Path(__file__).parents[1] / "docs" / "api.md").read_text()
    said = set()
    for methods, path in re.findall(r"`((?:[A-Z]+`, `)*[A-Z]+) (/[^`]+)`", page.partition("## A check")[0]):
        said |= {(method, path) for method in methods.split("`, `")}
    described = {(method.upper(), path) for path, item in DESCRIPTION["paths"].items() for method in item}
    assert said - {("GET", "/openapi.json")} == described
