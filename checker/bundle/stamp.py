"""Time-stamps over a manifest (RFC 3161): the request, and what an answer is worth. Nothing here asks the network.

A token says that an authority saw the SHA-256 of the manifest at a time. Who trusts the authority can trust that time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar

from checker.bundle.der import in_order
from checker.bundle.problems import EvidenceProblem

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampRequest, TimeStampResponse

Made = TypeVar("Made")
LARGEST = 256 * 1024
"""Bytes of an answer; those with a whole chain of certificates have 10 KB."""
NO_ISSUER = "unable to get"
"""OpenSSL, of a chain whose upper end is not there ("... local issuer certificate")."""
SHA256 = "2.16.840.1.101.3.4.2.1"
NOT_ONE = "this is no time-stamp (RFC 3161)"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a token says: when (UTC), by which certificate, and whether one of the roots given vouches for that.

    `signed`: its signature holds. False where that could not be looked at: the token lacks its issuer's certificate.
    """

    at: datetime
    by: str
    signed: bool
    vouched: bool


def request_for(manifest: bytes) -> TimeStampRequest:
    """A request over the SHA-256 of a manifest, with a random nonce, and for the authority's certificate."""
    from rfc3161_client import TimestampRequestBuilder
    from rfc3161_client.base import HashAlgorithm

    builder = TimestampRequestBuilder().data(manifest).hash_algorithm(HashAlgorithm.SHA256)
    return builder.nonce(nonce=True).cert_request(cert_request=True).build()


def accepted(answer: bytes, request: TimeStampRequest, manifest: bytes) -> Stamp:
    """The stamp in an answer to this request. Raises EvidenceProblem when it answers another, or says no."""
    response = _decoded(answer)
    if response.status != 0:
        said = "; ".join(str(one) for one in response.status_string)[:200]
        raise EvidenceProblem(f"the authority refused it (status {response.status}{f': {said}' if said else ''})")
    if response.tst_info.nonce != request.nonce:
        raise EvidenceProblem("the answer is to another request: its nonce is not ours")
    return read(answer, manifest)


def read(token: bytes, manifest: bytes, roots: Sequence[Certificate] = ()) -> Stamp:
    """What a stored answer says of a manifest. Its signature is checked wherever its certificates are all there.

    With `roots` one of them must vouch for the certificate that signed, as of the time of the stamp. Raises
    EvidenceProblem when it is of other bytes, damaged, or not vouched for.
    """
    from cryptography.x509 import load_der_x509_certificate
    from rfc3161_client import VerificationError, VerifierBuilder

    response = _decoded(token)
    info = _tried(lambda: response.tst_info)
    imprint = info.message_imprint
    if imprint.hash_algorithm.dotted_string != SHA256 or imprint.message != sha256(manifest).digest():
        raise EvidenceProblem("the time-stamp is of something else than this manifest")
    held = _tried(lambda: [load_der_x509_certificate(one) for one in sorted(response.signed_data.certificates)])
    builder = VerifierBuilder()
    for root in roots or held:
        builder = builder.add_root_certificate(root)
    # the token's own certificates never join as intermediates: the library trusts those as it trusts roots
    signed = True
    try:
        if not roots and not held:
            raise EvidenceProblem("the time-stamp holds no certificate; name the authority's with --roots")
        _tried(lambda: builder.build().verify_message(response, manifest))
    except VerificationError as error:
        signed = False
        if roots or NO_ISSUER not in str(error):
            why = "none of the roots vouches for it" if roots else "its signature does not hold"
            raise EvidenceProblem(f"the time-stamp is not to be trusted: {why} ({_short(error)})") from None
    return Stamp(info.gen_time.astimezone(UTC), _signer(response, held), signed, bool(roots))


def roots_of(pem: bytes) -> list[Certificate]:
    """The certificates in a PEM file. Raises EvidenceProblem when there are none."""
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return load_pem_x509_certificates(pem)
    except ValueError:
        raise EvidenceProblem("--roots takes a file of certificates in PEM; there are none in this one.") from None


def _decoded(answer: bytes) -> TimeStampResponse:
    from rfc3161_client import decode_timestamp_response

    if not 0 < len(answer) <= LARGEST:
        raise EvidenceProblem(NOT_ONE)
    return _tried(lambda: decode_timestamp_response(in_order(answer)))


def _tried(step: Callable[[], Made]) -> Made:
    """What a step gives; EvidenceProblem where the bytes are none that it can take."""
    from rfc3161_client import VerificationError

    try:
        return step()
    except (VerificationError, EvidenceProblem):
        raise
    except (ValueError, TypeError, AssertionError, OverflowError):
        raise EvidenceProblem(NOT_ONE) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how its library fails over bytes that it did not expect
            raise
        raise EvidenceProblem(NOT_ONE) from None


def _signer(response: TimeStampResponse, held: Sequence[Certificate]) -> str:
    """The name in the certificate that signed; "" where the token does not hold it."""
    signers = {(one.issuer, one.serial_number) for one in response.signed_data.signer_infos}
    names = [one.subject.rfc4514_string() for one in held if (one.issuer, one.serial_number) in signers]
    return names[0][:200] if names else ""


def _short(error: Exception) -> str:
    return str(error).rstrip(".")[:160]
