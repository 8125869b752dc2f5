# Python starts with this (PYTHONPATH): names of brokers lead to the listener of the check, everything else nowhere.
import os
import socket

_leads = ("koreainvestment.com", "kiwoom.com", "example.net")
_ask = socket.getaddrinfo


def _redirect(host, port, *rest, **more):
    if not str(host).lower().endswith(_leads):
        raise socket.gaierror(-2, "Name or service not known")
    return _ask("127.0.0.1", int(os.environ["EVASION_PORT"]), *rest, **more)


socket.getaddrinfo = _redirect
