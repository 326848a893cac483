import json
import os
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

from hozon.fetch import addresses, is_public

REFUSED = """
0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 127.1.2.3
169.254.169.254 169.254.170.2 169.254.170.23 169.254.100.1 169.254.76.1 169.254.79.129
172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.8 192.0.0.9 192.0.0.10 192.0.0.170
192.0.0.192 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.88.99.2 192.168.0.1
192.175.48.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 233.252.0.1
239.255.255.255 240.0.0.1 255.255.255.255 168.63.129.16
:: ::1 ::2 ::7f00:1 ::a9fe:a9fe ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:169.254.169.254
::ffff:10.0.0.1 ::ffff:8.8.8.8 ::ffff:0:127.0.0.1 ::ffff:0:8.8.8.8 64:ff9b::7f00:1
64:ff9b::a9fe:a9fe 64:ff9b::808:808 64:ff9b:1::a9fe:a9fe 64:ff9b:1::1 100::1 100:0:0:1::1
2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:1::1 2001:1::2 2001:1::3 2001:2::1
2001:3::1 2001:4:112::1 2001:10::1 2001:20::1 2001:30::1 2001:100::1 2001:db8::1
2002:7f00:1::1 2002:a9fe:a9fe::1 2002:808:808::1 2620:4f:8000::1 3fff::1 5f00::1 fc00::1
fd00:ec2::254 fd00:ec2::23 fd00:ec2::253 fd00:ec2::123 fdff::1 fe80::1 fe80::1%eth0
fe80::5efe:10.0.0.1 fec0::1 ff02::1 ff0e::1 2001:4860:4860::5efe:127.0.0.1 4000::1
e000::1 8000::1
"""
ADMITTED = """
8.8.8.8 1.1.1.1 9.9.9.9 100.63.255.255 100.128.0.1 172.15.255.255 172.32.0.1
169.253.255.255 192.0.1.1 192.167.255.255 198.17.255.255 198.20.0.1 223.255.255.255
2001:4860:4860::8888 2606:4700::1111 2a00:1450::1 2600:1f18::1 2400:cb00::1 2001:200::1
"""


def test_the_vectors_are_whole() -> None:
    """There are 92 addresses to refuse and 19 to admit, none of them twice."""
    assert (92, 19) == (len(set(REFUSED.split())), len(set(ADMITTED.split())))


def interpreter(version: str) -> str | None:
    """Return a Python of that version, of this machine or of its pyenv."""
    if sys.version.startswith(f"{version}."):
        return sys.executable
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    made = sorted(pyenv.glob(f"versions/{version}.*/bin/python"))
    return str(made[-1]) if made else which(f"python{version}", path="/usr/bin")


@pytest.mark.museum(1, 2, 3)
@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
def test_the_table_is_the_same_on_each_python(version: str) -> None:
    """What `ipaddress` knows differs from release to release; our table does not."""
    python = interpreter(version)
    if python is None:
        pytest.skip(f"no Python {version} here")
    program = (
        "import json, runpy, sys; tell = runpy.run_path(sys.argv[1])['is_public']; "
        "print(json.dumps([one for one in sys.argv[2:] if tell(one)]))"
    )
    stated = [*REFUSED.split(), *ADMITTED.split()]
    told = subprocess.check_output(
        [python, "-I", "-c", program, addresses.__file__, *stated], text=True
    )

    assert ADMITTED.split() == json.loads(told)


@pytest.mark.parametrize("address", REFUSED.split())
def test_what_is_not_the_public_internet_is_refused(address: str) -> None:
    """Private, reserved, embedded and scoped addresses are not public."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ADMITTED.split())
def test_the_public_internet_is_admitted(address: str) -> None:
    """Addresses beside the refused blocks are public."""
    assert is_public(address)


@pytest.mark.parametrize(
    "text",
    ["", "example.org", "127.1", "0x7f.0.0.1", "8.8.8.8 ", "08.8.8.8", "2606::/16"],
)
def test_what_is_no_literal_address_is_refused(text: str) -> None:
    """Only the one spelling of an address counts as one."""
    assert not is_public(text)


def test_isatap_is_refused_in_both_forms() -> None:
    """An interface identifier of ISATAP embeds IPv4, with or without its local bit."""
    assert not is_public("2606:4700::200:5efe:8.8.8.8")
    assert not is_public("2606:4700::5efe:8.8.8.8")
