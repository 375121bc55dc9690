"""What is signed in the examples: by the keys of the golden vectors, whose seeds are public.

So each can be verified as a tablet or a case file's reader does (tests/server/test_examples.py).
"""

from server.api.examples.cast import (
    AGENCY_ID,
    EPOCH,
    EVENT_ID,
    FORM_ID,
    LI,
    PREMISE_ID,
    TABLET_ID,
    TASK_ID,
    USCC,
    VISIT_ID,
    WANG,
)
from shared.canonical import canonical

KEY_SET = {
    "typ": "key_set",
    "version": 1,
    "keys": [
        {
            "kid": "p-2026-1",
            "public": "OpN7ANSDV41FHXxTAptljnHX4AH1E3aVMPSWhV2xXkQ",
            "valid_from": "2026-01-01T00:00:00Z",
            "valid_to": "2028-01-01T00:00:00Z",
            "revoked_at": None,
        },
        {
            "kid": "p-2026-2",
            "public": "otbaSiERpSpGfTfYiVkObRxtdZBjGKXWpQGho7iAYTI",
            "valid_from": "2026-11-23T04:00:00Z",
            "valid_to": None,
            "revoked_at": None,
        },
    ],
    "recovery": "bt1_YZ50hwIHLt_DD_SynLXF3uj0ILhL3Y1mP8Crd38",
    "issued_at": "2026-01-01T00:00:00Z",
    "v": 1,
    "suite": "intl-1",
    "kid": "p-2026-1",
    "sig": "0SviRpWgTwWnczezIh85T7BH8NTdQGhVFqBh_ELKRIU5d_49q6LEkLWMPPDCcZYpP_HjCUzBKUuF7Tsgrs8WCA",
}
DEVICE_CERTIFICATE = {
    "typ": "device_certificate",
    "device_id": TABLET_ID,
    "agency_id": AGENCY_ID,
    "public_key": "ChIOswpTsPKx3riDWKazCHmyarNvJcRtRKh9kUN7_qg",
    "valid_from": "2026-03-02T05:55:00Z",
    "valid_to": "2027-12-31T16:00:00Z",
    "issued_at": "2026-03-02T06:00:00Z",
    "v": 1,
    "suite": "intl-1",
    "kid": "p-2026-1",
    "sig": "FhNmPcDrjNqxP5_fppphOFWPbKw8WaUrruJfTzATRsqgMJVYM2_uk4-96pHUueL8_TPUNPqa-8hSNO0Xbp3sDA",
}
WANGS_CERTIFICATE = {
    "typ": "officer_certificate",
    "officer_id": WANG,
    "device_id": TABLET_ID,
    "agency_id": AGENCY_ID,
    "name": "王建国",
    "certificate_no": "15010100001",
    "unit": "执法二大队",
    "public_key": "2oNLghxFZCsKXf7CfR0FBkkseVOyGpkp9uR7UD96kr8",
    "valid_from": "2026-03-02T05:55:00Z",
    "valid_to": "2027-12-31T16:00:00Z",
    "issued_at": "2026-03-02T06:00:00Z",
    "v": 1,
    "suite": "intl-1",
    "kid": "p-2026-1",
    "sig": "gIbwzH1xOj5Zsf1CipCCViTk4AO2Pv44KfH5beCHHC0b3H74EHK5bsH08B_YcHrfxjK0sol270fxom8cScRFBA",
}
LIS_CERTIFICATE = {
    "typ": "officer_certificate",
    "officer_id": LI,
    "device_id": TABLET_ID,
    "agency_id": AGENCY_ID,
    "name": "李秀英",
    "certificate_no": "15010100002",
    "unit": "执法二大队",
    "public_key": "WTalq9ac9Ld7j4bryhGv9Rx_FDPGosAMzf3PfOGDXLg",
    "valid_from": "2026-03-02T05:55:00Z",
    "valid_to": "2027-12-31T16:00:00Z",
    "issued_at": "2026-03-02T06:00:00Z",
    "v": 1,
    "suite": "intl-1",
    "kid": "p-2026-1",
    "sig": "LG8GqjOiTUZndOS31DoyyNhQq8tqHvC0tPcHOFhgl09tpjIeTrYEn-D6V-rhdqT-WJ1zMOr0uLhVUHTgIqZLBg",
}
OPENED = {
    "v": 1,
    "suite": "intl-1",
    "id": EVENT_ID,
    "visit_id": VISIT_ID,
    "task_ids": [TASK_ID],
    "device_id": TABLET_ID,
    "device_seq": 42,
    "seq": 1,
    "officer_id": WANG,
    "kind": "visit_opened",
    "at": {
        "wall": "2026-11-20T09:30:00+08:00",
        "elapsed_ms": 3660000,
        "boot_id": "0d4c5b1e",
        "server_offset_ms": -40,
        "suspect": False,
    },
    "loc": None,
    "payload": {
        "preflight": {
            "battery_percent": 83,
            "free_bytes": 8000000000,
            "clock_offset_ms": -40,
            "has_fix": True,
            "certificate_checked_hours": 5,
        },
        "references": [
            {"kind": "task", "id": TASK_ID, "version": 1},
            {"kind": "form", "id": FORM_ID, "version": 2},
        ],
        "provisional_no": "T-c9881b1-17",
        "app_version": "1.0.0",
    },
    "prev": "",
    "hash": "23e77bafcba6e44a24ca223f9ed437fa062928196e8b588408af4cf97597305e",
    "sig": "0uMiLuFXEk6Q1dVTssPuAuLkr6337_IdmFkbW8e5KM20BUjx-U7iNlp4XuIFuPYjmN3fuQYEDAUjVsrAh1fABg",
}
SCANNED = {
    "v": 1,
    "suite": "intl-1",
    "id": "01a1f694-0c20-7b70-9fd1-63ab4b1caa05",
    "visit_id": VISIT_ID,
    "task_ids": [TASK_ID],
    "device_id": TABLET_ID,
    "device_seq": 43,
    "seq": 2,
    "officer_id": WANG,
    "kind": "scanned_in",
    "at": {
        "wall": "2026-11-20T09:31:00+08:00",
        "elapsed_ms": 3720000,
        "boot_id": "0d4c5b1e",
        "server_offset_ms": -40,
        "suspect": False,
    },
    "loc": {
        "lat": 36.6683,
        "lon": 117.0207,
        "acc_m": 12.5,
        "crs": "WGS84",
        "provider": "gps",
        "age_ms": 850,
        "mock": False,
    },
    "payload": {
        "method": "enterprise_code",
        "uscc": USCC,
        "premise_id": PREMISE_ID,
        "kid": "p-2026-1",
        "nonce": "JZKB3ZDnaymJwZIc",
        "distance_m": 36.25,
    },
    "prev": "23e77bafcba6e44a24ca223f9ed437fa062928196e8b588408af4cf97597305e",
    "hash": "06c467d36a7a637e91030d66bb0b8cb5adabeb29750b4377c46dc3abd6cd96bb",
    "sig": "PzpFNFOrpXSTrvlbT0jm9h2UDHFieocXxDYRvhkNR0XyJildIHOxiYiVo7IzkQQISSm53dGjwzyuVC-zJMMDDg",
}
RECEIPT = {
    "typ": "receipt",
    "device_id": TABLET_ID,
    "heads": {
        VISIT_ID: {
            "seq": 2,
            "hash": "06c467d36a7a637e91030d66bb0b8cb5adabeb29750b4377c46dc3abd6cd96bb",
        }
    },
    "device_seq": 43,
    "epoch": EPOCH,
    "received_at": "2026-11-20T01:34:00Z",
    "v": 1,
    "suite": "intl-1",
    "kid": "p-2026-1",
    "sig": "QSJLXfXSrc3eLPv6ho19Gw9fUI2KMCpW12QXk3-kOIyMrNaAhbmpNky1rXuD0Rb8vGL8Pcxw3tUxRLHtep5QDw",
}
ANCHOR = {
    "typ": "anchor",
    "day": "2026-11-20",
    "size": 3,
    "root": "556f4aa1cfd429831895438dc34a7e603631612a0573733b7cf11ae137ab9147",
    "prev": "2fdb1f167557af8ae6b064abe500123988b8fdc01f6e87fc708c6d8d793ffcc9",
    "made_at": "2026-11-20T16:05:00Z",
    "v": 1,
    "suite": "intl-1",
    "kid": "p-2026-1",
    "sig": "dCZjK9EG6NanTkKs7XU6wr6G9MYp_9_ODWgIZIo_l0Vd71miBervt9Tur8rcW5pcEgl_y7YWBNsgVWKuiro-AQ",
}
PROOF = {
    "leaf": "1fd75c953f73df04d71c8986b9e5a5cf265449723a4b491872b2d8b456c7c6ba",
    "index": 2,
    "path": ["1852722f41a0bb5f6c5244fcab08fb8cc85d59abfa04995e57e3457c76a02a50"],
    "anchor": ANCHOR,
}
ENROLMENT_ID, CODE = "019cad18-a740-7949-836d-0e1e83c02da8", "ZXhhbXBsZSwgbm8gY29kZQ"
ENROLMENT_TEXT = (
    "MCE1.eyJjb2RlIjoiWlhoaGJYQnNaU3dnYm04Z1kyOWtaUSIsImVucm9sbWVudF9pZCI6IjA"
    "xOWNhZDE4LWE3NDAtNzk0OS04MzZkLTBlMWU4M2MwMmRhOCIsImtleV9zZXRfZmluZ2VycHJ"
    "pbnQiOiI2YzA2ZGUyMmYwM2NhOTM2YmQ5NjU3MTZmNzM2YjM4ZWY1ZmMyMDUzZjFiYjBlOWY"
    "3MGE5ZWFhODQ1OThlMDZhIiwic2VydmVyIjoiaHR0cHM6Ly9taW5nY2hhLmV4YW1wbGUifQ"
)
DEVICE_PROOF = {
    "public_key": "ChIOswpTsPKx3riDWKazCHmyarNvJcRtRKh9kUN7_qg",
    "proof": (
        "WxkhBthX7-_3-ilBK84I0wx89dOLGNODUQMAc1atJZ5ckHKDJ9o6UnSckgFyNzgXFcTY1GxNOg0INsiLqXMLDQ"
    ),
}
WANGS_PROOF = {
    "public_key": "2oNLghxFZCsKXf7CfR0FBkkseVOyGpkp9uR7UD96kr8",
    "proof": (
        "2HcvJdrTL-ZOtYpORj5i04w7Z6O62PFCDn-RtOUVCIRIm_Jgn-VU2PHvIvaTl_ZznFMCH938iViQUg8EWgH0Bg"
    ),
}
LIS_PROOF = {
    "public_key": "WTalq9ac9Ld7j4bryhGv9Rx_FDPGosAMzf3PfOGDXLg",
    "proof": (
        "-THsTlME7TEjxVe4d4mctaqkxxx7W52AC3f8ZgXCVwOk3aE5zK_5DL7OOos59G2Eyg61IBR2wf8VqgqVDFptCg"
    ),
}
ASSERTION = (
    "eyJhbGciOiJFZERTQSJ9.eyJhdWQiOiJodHRwczovL21pbmdjaGEuZXhhbXBsZSIsImV4cCI"
    "6MTc5NTEzODUwMCwiaXNzIjoiMDE5Y2FkMjEtY2YwMC03NTRlLTllYzctZGRiNTdjOTg4MWI"
    "xIiwianRpIjoiMDFhMWY2OTItMzc2MC03YzFkLThmN2UtMmYwZDViNmM5YTQxIiwic3ViIjo"
    "iMDE5Y2FkMjEtY2YwMC03NTRlLTllYzctZGRiNTdjOTg4MWIxIn0.r8cvzdXyX-tSheU3-it"
    "1vwdX0M08akVLLT71tx5N45PHHR3C0PSn7RwbMNQ5_llLRwP-81jHjzpRkaGCXvi5DQ"
)
FORGED = canonical({**SCANNED, "sig": "A" * 86}).decode()
