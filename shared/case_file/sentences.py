"""What each code of a case file's report says to a person. It decides nothing."""

from collections.abc import Mapping

from shared.text import Text

OTHER = Text(zh="此处不符。", en="This does not hold.")

SENTENCES: Mapping[str, Text] = {
    "anchor_mismatch": Text(
        zh="每日锚定证明不符。", en="The proof of a daily anchor does not hold."
    ),
    "anchor_not_published": Text(
        zh="锚定值与公开发布的不符。", en="The anchor is not the one that was published."
    ),
    "archive_changed": Text(
        zh="卷宗压缩包的字节被改动。", en="Bytes of the archive itself were changed."
    ),
    "manifest_missing": Text(zh="缺少目录 case.json。", en="The manifest case.json is missing."),
    "manifest_unreadable": Text(zh="目录无法读取。", en="The manifest cannot be read."),
    "entry_missing": Text(zh="目录所列文件缺失。", en="A listed file is missing."),
    "entry_changed": Text(zh="文件内容与目录不符。", en="A file differs from the manifest."),
    "entry_unlisted": Text(zh="文件未列入目录。", en="A file is not in the manifest."),
    "stamp_bad": Text(
        zh="时间戳不成立。", en="A time stamp does not hold, or its authority is not trusted."
    ),
    "stamp_mismatch": Text(zh="时间戳与事件链不符。", en="A time stamp does not fit the chains."),
    "stamp_unchecked": Text(
        zh="未提供时间戳机构根证书，时间戳未核验。",
        en="No root of a time-stamping authority was given: the time stamp was not checked.",
    ),
    "unreadable": Text(zh="内容无法读取。", en="The content cannot be read."),
    "not_canonical": Text(zh="不是规范形式。", en="Not in canonical form."),
    "wrong_place": Text(zh="事件不属于此链。", en="The event belongs to another chain."),
    "bad_signature": Text(zh="签名不成立。", en="A signature does not hold."),
    "unknown_key": Text(zh="签名密钥不受信任。", en="Signed by a key that is not trusted."),
    "key_not_in_force": Text(zh="签名时密钥不在有效期。", en="The key was not in force."),
    "key_revoked": Text(zh="签名密钥已吊销。", en="The signing key was revoked."),
    "unknown_suite": Text(zh="未知的密码套件。", en="An unknown crypto suite."),
    "hash_mismatch": Text(zh="事件散列值不符。", en="An event's hash does not hold."),
    "prev_mismatch": Text(zh="事件链断裂。", en="The chain is broken."),
    "seq_gap": Text(zh="事件序号不连续。", en="An event is missing from the chain."),
    "other_chain": Text(zh="事件来自另一条链。", en="An event of another chain."),
    "device_seq_backwards": Text(zh="终端计数倒退。", en="The tablet's count went backwards."),
    "no_certificate": Text(zh="没有对应的密钥证书。", en="There is no certificate for this key."),
    "certificate_not_in_force": Text(
        zh="行为发生时密钥证书不在有效期。", en="The key's certificate was not in force then."
    ),
    "officer_signature_missing": Text(zh="缺少执法人员签名。", en="The officer did not sign."),
    "officer_signature_bad": Text(
        zh="执法人员签名不成立。", en="The officer's signature does not hold."
    ),
    "seal_mismatch": Text(zh="封存事件与事件链不符。", en="The seal does not fit its chain."),
    "quote_mismatch": Text(
        zh="引用的他机链头不符。", en="A quoted head of another tablet does not fit."
    ),
    "evidence_missing": Text(zh="证据缺失。", en="Evidence is missing."),
    "evidence_absent": Text(
        zh="证据未收录，已注明原因。", en="Evidence is left out, with a reason."
    ),
    "evidence_changed": Text(zh="证据散列值不符。", en="Evidence does not have its hash."),
    "evidence_size": Text(zh="证据大小不符。", en="Evidence does not have its size."),
    "content_missing": Text(
        zh="所签内容未收录。", en="The content that was signed is not in the file."
    ),
    "content_changed": Text(zh="文书内容散列值不符。", en="A document's content changed."),
    "receipt_mismatch": Text(zh="回执与事件链不符。", en="A receipt does not fit the chain."),
    "not_receipted": Text(
        zh="链尾没有平台回执。", en="The end of the chain has no receipt of the platform."
    ),
    "key_set_unanchored": Text(
        zh="未提供平台公钥，仅核验内部一致性。",
        en="No platform key was given: only inner agreement was checked.",
    ),
    "wrong_certificate": Text(zh="不是密钥证书。", en="Not a certificate of a key."),
    "not_a_receipt": Text(zh="不是平台回执。", en="Not a receipt of the platform."),
    "bad_input": Text(zh="内容无法读取。", en="The content cannot be read."),
    "bad_json": Text(zh="内容无法读取。", en="The content cannot be read."),
    "untrusted": Text(zh="不可信。", en="Not to be trusted."),
}
