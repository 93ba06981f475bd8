"""The service as an application: settings in, FastAPI out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from brotli_asgi import BrotliMiddleware
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from api import openapi, problems
from api.guard import Guard
from api.idempotency import Idempotency
from api.intake import Intake
from api.keys import Keys
from api.languagetool_errors import PlainErrors
from api.metrics import Metrics
from api.once import Once
from api.pool import Pool
from api.routes import articles, audits, checks, health, languagetool, page
from api.runner import Runner
from api.settings import Settings
from api.tenants import Tenants
from checker.write import tool

ROUTERS = (articles.router, audits.router, checks.router, health.router, languagetool.router, page.router)
LEAST_COMPRESSED = 1000
"""Bytes of an answer; packing a smaller one costs more than it saves."""
EXPOSED = ["ETag", "Location", "Retry-After", "Link", "X-Request-Id", "Idempotency-Replayed"]
ASKED = ["Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match"]


def create_app(settings: Settings) -> FastAPI:
    """The application. Its lifespan starts the worker processes, and ends them.

    `app.state` has `settings`, `tenants`, `pool`, `metrics`, and `keys` (None where keys are off).
    """
    app = FastAPI(
        title=openapi.TITLE,
        version=tool().version,
        lifespan=_lifespan,
        root_path=settings.root_path,
        docs_url=None,  # both load scripts from elsewhere
        redoc_url=None,
    )
    app.state.settings = settings
    app.state.tenants = Tenants(settings)
    app.state.pool = Pool(settings)
    app.state.metrics = Metrics(app.state.pool)
    app.state.once = Once(settings.data)
    app.state.runner = Runner(settings, app.state.tenants, app.state.pool)
    app.state.keys = None
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router)
    app.openapi = partial(openapi.describe, app)  # type: ignore[method-assign]
    # the last one added comes first
    app.add_middleware(Idempotency, once=app.state.once)
    app.add_middleware(Intake, settings=settings)
    app.add_middleware(BrotliMiddleware, minimum_size=LEAST_COMPRESSED)
    if settings.cors:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors,
            allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=ASKED,
            expose_headers=EXPOSED,
        )
    app.add_middleware(Guard)
    app.add_middleware(PlainErrors)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    if settings.keys_required:
        app.state.keys = Keys(settings.data / "keys.db")
    try:
        await app.state.pool.start()
        await app.state.runner.start()
        yield
    finally:
        await app.state.runner.stop()
        await app.state.pool.stop()
        app.state.once.close()
        if app.state.keys:
            app.state.keys.close()
