#!/usr/bin/python3
"""Writes the vectors our Noise code is held against, out of the collection named in README.md.

Usage: extract.py cacophony.txt > noise.txt
"""
import json
import sys

SUITE = "25519_ChaChaPoly_BLAKE2b"
PATTERNS = ("NN", "NK", "NX", "KN", "KK", "KX", "XN", "XK", "XX", "IN", "IK", "IX")
FIELDS = ("init_prologue", "init_static", "init_ephemeral", "init_remote_static",
          "resp_prologue", "resp_static", "resp_ephemeral", "resp_remote_static",
          "handshake_hash")


def main():
    with open(sys.argv[1], encoding="utf-8") as source:
        vectors = {v["protocol_name"]: v for v in json.load(source)["vectors"]}
    for pattern in PATTERNS:
        name = f"Noise_{pattern}_{SUITE}"
        vector = vectors[name]
        print("protocol", name)
        for field in FIELDS:
            if field in vector:
                print(field, vector[field])
        for message in vector["messages"]:
            print("message", message["payload"], message["ciphertext"])
        print("end")


main()
