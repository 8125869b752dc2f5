# The same for Kiwoom, as it is often found beside the other one: python before.py 005930,000660 before.csv
import asyncio, csv, json, os, sys

import requests, websockets

BASE = "https://api.kiwoom.com"
LIVE = "wss://api.kiwoom.com:10000/api/dostk/websocket"


def get_token():
    keys = {"appkey": os.environ["KIWOOM_APP_KEY"], "secretkey": os.environ["KIWOOM_SECRET_KEY"]}
    return requests.post(f"{BASE}/oauth2/token", json={"grant_type": "client_credentials", **keys}).json()["token"]


async def collect(symbols, out):
    async with websockets.connect(LIVE) as socket:
        await socket.send(json.dumps({"trnm": "LOGIN", "token": get_token()}))
        await socket.recv()
        data = [{"item": symbols, "type": ["0B"]}]
        await socket.send(json.dumps({"trnm": "REG", "grp_no": "1", "refresh": "1", "data": data}))
        async for text in socket:
            message = json.loads(text)
            if message["trnm"] == "PING":
                await socket.send(text)
            for entry in message.get("data", []) if message["trnm"] == "REAL" else []:
                values = entry["values"]
                out.writerow([entry["item"], values["20"], values["10"], values["15"], values["13"]])


async def main(symbols, path):
    while True:
        try:
            with open(path, "a", newline="") as file:
                await collect(symbols, csv.writer(file))
        except Exception as error:
            print(error)
            await asyncio.sleep(1)


asyncio.run(main(sys.argv[1].split(","), sys.argv[2]))
