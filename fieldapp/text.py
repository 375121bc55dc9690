"""The one place that has a sentence for every error code a tablet can meet. A test finds a gap.

Sentences say what to do next. Codes of the server that are not here are shown as they came.
"""

from collections.abc import Mapping

from fieldapp import language
from fieldapp.errors import RefusedByServer, StepRefused
from shared.errors import DomainError
from shared.text import Text

ERROR: Mapping[str, Text] = {
    # the encrypted store
    "store_fault": Text("本机数据出错。", "The tablet's data failed."),
    "store_not_encrypted": Text(
        "加密组件不可用，为保护数据，应用不能启动。",
        "Encryption is not available; the app will not start without it.",
    ),
    "store_too_old": Text(
        "本机的数据库组件不能全文检索：需要 SQLite 3.43 或更新版本，并含 FTS5。应用不能启动。",
        "The database library cannot search: SQLite 3.43 or newer with FTS5 is needed.",
    ),
    "store_key_wrong": Text("密钥不能打开本机数据。", "The key does not open this tablet's data."),
    "store_too_new": Text(
        "本机数据由更新的版本写入，请先升级应用。", "A newer app wrote these data: upgrade first."
    ),
    "store_busy": Text("本机数据正被占用，请稍后再试。", "The data are in use. Try again shortly."),
    "store_closed": Text("本机已锁定，请先解锁。", "The tablet is locked: unlock it first."),
    "local_fault": Text(
        "本机存储读写失败，同步已停止，数据未丢失。",
        "The tablet's storage failed. Syncing has stopped; nothing is lost.",
    ),
    "no_space": Text(
        "本机存储空间不足，请先清理其他文件。", "Storage is full: remove other files first."
    ),
    # PIN
    "pin_refused": Text("PIN 不能使用。", "The PIN was refused."),
    "wrong_pin": Text("PIN 不正确。", "Wrong PIN."),
    "pin_locked": Text("输错次数过多，请稍后再试。", "Too many wrong PINs. Wait, then try again."),
    "pin_wrap_dropped": Text(
        "已连续输错 10 次，此 PIN 已失效。数据仍在，请管理员重新登记您。",
        "Ten wrong PINs: this one is void. The data are safe; ask for a new enrolment.",
    ),
    "pin_too_weak": Text(
        "PIN 至少 6 位数字，不能是连续或重复的数字。",
        "A PIN has at least six digits, no run and no repetition.",
    ),
    "officer_locked": Text("请先由本人输入 PIN 解锁。", "This officer must enter the PIN first."),
    # belonging to a server
    "not_enrolled": Text("尚未登记，请联系本单位管理员。", "Not enrolled: ask your administrator."),
    "already_enrolled": Text("本机已登记。", "This tablet is enrolled already."),
    "enrolment_insecure": Text(
        "登记码指向未加密的服务器，不能使用。", "The code points to a server without encryption."
    ),
    "enrolment_used": Text("登记码已被使用，请重新获取。", "The code was used: ask for a new one."),
    "enrolment_expired": Text(
        "登记码已过期，请重新获取。", "The code has expired: ask for a new one."
    ),
    "enrolment_wrong": Text("登记码不正确，请重新获取。", "Not a valid code: ask for a new one."),
    "device_barred": Text(
        "本机已停用或属于其他单位，请联系管理员。",
        "This tablet is out of use or another agency's: ask an administrator.",
    ),
    "assertion_refused": Text("服务器不认可本机身份。", "The server does not accept this tablet."),
    "assertion_expired": Text("本机时间不准，请核对时间。", "The clock is wrong: check it."),
    "too_large": Text("内容过大，服务器未接收。", "Too large for the server."),
    "evidence_refused": Text("服务器不接收这种文件。", "The server does not take such a file."),
    "evidence_hash_wrong": Text("文件在传输中损坏，稍后重试。", "Damaged on the way. Tried later."),
    "checksum_mismatch": Text("文件在传输中损坏，稍后重试。", "Damaged on the way. Tried later."),
    "upload_lost": Text("上传已中断，稍后重新上传。", "The upload was lost. It starts over later."),
    "unknown_device": Text(
        "服务器不认识本机，数据仍在，请管理员重新登记本机。",
        "The server does not know this tablet. The data are safe; enrol it again.",
    ),
    "lease_over": Text(
        "离线时间过长，请先联网同步，再开始新的检查。", "Too long offline: sync before a new visit."
    ),
    "tablet_retired": Text(
        "本机已停用，只能完成并上传已开始的检查。",
        "This tablet is retired: finish and send what is open.",
    ),
    "app_too_old": Text(
        "程序版本过低，请更新后再开始新的检查；已开始的检查可以完成并上传。",
        "Update the app before a new visit. What is open can be finished and sent.",
    ),
    "device_retired": Text("本机已停用。", "This tablet is retired."),
    "device_lost": Text("本机已挂失。", "This tablet was reported lost."),
    # network
    "network_fault": Text("网络出错，稍后自动重试。", "The network failed. Tried again later."),
    "offline": Text("没有网络，数据已保存，联网后自动上传。", "No network. Saved; sent later."),
    "timed_out": Text("服务器没有及时回应，稍后自动重试。", "No answer yet. Tried again later."),
    "captive_portal": Text(
        "当前网络需要先登录（如酒店 Wi-Fi）。", "This network wants you to sign in first."
    ),
    "bad_reply": Text("服务器的回应无法识别。", "The server's answer cannot be read."),
    "half_reply": Text("网络中断，稍后自动重试。", "The connection broke. Tried again later."),
    "server_busy": Text("服务器繁忙，稍后自动重试。", "The server is busy. Tried again later."),
    "server_broken": Text("服务器出错，稍后自动重试。", "The server failed. Tried again later."),
    "refused_by_server": Text("服务器拒绝了请求。", "The server refused."),
    "replayed_assertion": Text("请再试一次。", "Please try once more."),
    "epoch_changed": Text(
        "服务器已恢复备份，正在重新上传。", "The server was restored. Sending everything again."
    ),
    "unavailable": Text("暂时不可用。", "Not available for the moment."),
    # one visit
    "out_of_order": Text("现在还不能做这一步。", "Another step is due first."),
    "visit_stopped": Text(
        "此检查的数据与服务器冲突，已暂停，请联系管理员。",
        "The server holds something else for this visit. It is stopped; ask an administrator.",
    ),
    "reference_missing": Text("本机没有所需的资料，请先同步。", "Data are missing: sync first."),
    "camera_failed": Text("相机不可用。", "The camera failed."),
    "recorder_failed": Text(
        "麦克风不可用。已经录到的部分仍在，可以保留。",
        "The microphone failed. What was recorded is still there and can be kept.",
    ),
    "microphone_not_allowed": Text(
        "请在弹出的窗口里允许使用麦克风，再点一次“开始录音”；拒绝过的，请到系统设置中允许。",
        "Allow the microphone in the window, then start again; once refused, see the settings.",
    ),
    "player_failed": Text(
        "这台设备不能播放录音，上传后请在控制台播放。",
        "This device cannot play it; play it in the console once it is sent.",
    ),
    "pick_failed": Text(
        "文件不能读取，请换一个文件或重新选择。", "The file cannot be read: choose it again."
    ),
    "file_refused": Text("这个文件不能作为证据。", "This file cannot be evidence."),
    "code_unknown": Text("这不是企业码。", "This is not an enterprise code."),
    "join_refused": Text("此码不能用于本次联合检查。", "The code does not fit this joint visit."),
    "own_code": Text(
        "这是本机的码，请扫对方平板的码。", "That is this tablet's own code: scan the other one's."
    ),
    "other_visit": Text(
        "对方平板不在本次检查中，请核对是不是同一次联合检查。",
        "That tablet is not in this visit: check that both are at the same joint visit.",
    ),
    "other_enterprise": Text(
        "牵头平板检查的是另一家企业，不得加入。",
        "The lead is at another enterprise: this task cannot join it.",
    ),
    "untrusted_receipt": Text(
        "服务器回执无法核实，数据保留并将重新上传。",
        "The receipt does not verify. Nothing was dropped; it is sent again.",
    ),
    # shared/
    "bad_input": Text("内容不符合要求。", "What was entered does not fit."),
    "bad_draw": Text("抽取文件无法读取。", "A draw cannot be read."),
    "bad_json": Text("内容无法读取。", "This cannot be read."),
    "newer_app": Text("请先升级应用。", "Upgrade the app first."),
    "not_allowed": Text("您不能这样做。", "You may not do this."),
    "not_found": Text("没有这个内容。", "There is no such thing."),
    "conflict": Text("当前状态不允许。", "The present state does not allow it."),
    "expired": Text("已过期。", "It has expired."),
    "too_many": Text("操作过于频繁，请稍后再试。", "Too often. Try again later."),
    "untrusted": Text("无法核实其真实性。", "It cannot be trusted."),
    "unknown_suite": Text("请先升级应用。", "Upgrade the app first."),
    "unknown_key": Text("签发者不可信。", "Signed by nobody we trust."),
    "key_not_in_force": Text("签名密钥不在有效期内。", "The signing key is not in force."),
    "key_revoked": Text("签名密钥已吊销。", "The signing key was revoked."),
    "bad_signature": Text("签名不正确。", "The signature does not hold."),
    "seal_broken": Text("加密内容无法打开。", "The sealed content does not open."),
    "wrong_fingerprint": Text(
        "服务器与登记码不符，请重新获取登记码。", "Not the server of this code: ask for a new one."
    ),
    "key_set_rolled_back": Text("服务器给出了旧的密钥。", "The server offered old keys."),
    "certificate_not_in_force": Text("证书不在有效期内。", "The certificate is not in force."),
    "wrong_certificate": Text("证书类型不对。", "Another kind of certificate."),
    "anchor_mismatch": Text("每日锚定证明不符。", "The proof of a daily anchor does not hold."),
    "not_a_receipt": Text("这不是本机的回执。", "Not a receipt for this tablet."),
    "not_this_tablet": Text("不是给本机的指令。", "Not an order for this tablet."),
    "chain_broken": Text("检查记录链不完整。", "The chain of events is broken."),
    "hash_mismatch": Text("检查记录链不完整。", "The chain of events is broken."),
    "other_chain": Text("检查记录链不完整。", "The chain of events is broken."),
    "seq_gap": Text("检查记录链不完整。", "The chain of events is broken."),
    "prev_mismatch": Text("检查记录链不完整。", "The chain of events is broken."),
    "device_seq_backwards": Text("检查记录链不完整。", "The chain of events is broken."),
    "token_refused": Text("此码不能使用。", "This code cannot be used."),
    "token_unreadable": Text("此码无法读取。", "This code cannot be read."),
    "token_forged": Text("此码不是平台签发的。", "This code is not the platform's."),
    "token_wrong_type": Text("这是另一种码。", "This is another kind of code."),
    "token_expired": Text("此码已过期，请对方刷新。", "The code has expired: ask for a fresh one."),
    "token_too_early": Text("此码尚未生效，请核对时间。", "Made for later: check the clocks."),
    "token_revoked": Text("此码已作废。", "This code was called back."),
    "domain_error": Text("操作没有完成。", "It was not done."),
}

_REFUSED: Mapping[object, Text] = {
    "empty": Text("它是空的。", "It is empty."),
    "large": Text("它超过 64 MB。", "It is above 64 MB."),
    "kind": Text(
        "只收 PDF、照片、录音和录像，按内容识别，与文件名无关。",
        "Only PDF, photos, sound and video are taken, by their content, whatever the name.",
    ),
    "broken": Text("它不完整或者已损坏。", "It is broken or cut off."),
}
"""Why a file is refused."""
_TRIES = Text("还可以试 {tries_left} 次。", "{tries_left} more tries.")
_WAIT = Text("请等待 {wait_s} 秒。", "Wait {wait_s} seconds.")


def sentence(code: str) -> Text:
    """What to tell a person about `code`; a code nobody knows is shown as it is."""
    return ERROR.get(code) or Text(zh=f"操作没有完成（{code}）。", en=f"It was not done ({code}).")


def explain(error: DomainError) -> str:
    """The error in the current language: the flow's own reasons, or the code's sentence."""
    return language.say(reason(error))


def reason(error: DomainError) -> Text:
    """The error in both languages."""
    if isinstance(error, StepRefused):
        return error.refusals[0].reason
    if isinstance(error, RefusedByServer) and error.reason:
        return sentence(error.reason)
    return _with_facts(sentence(error.code), error.facts)


def _with_facts(text: Text, facts: Mapping[str, object]) -> Text:
    """Add what a person who waits wants to know."""
    parts = [text]
    if isinstance(facts.get("tries_left"), int):
        parts.append(_TRIES.filled(tries_left=facts["tries_left"]))
    if facts.get("why") in _REFUSED:
        parts.append(_REFUSED[facts["why"]])
    if facts.get("wait_s"):
        parts.append(_WAIT.filled(wait_s=facts["wait_s"]))
    return Text(zh="".join(part.zh for part in parts), en=" ".join(part.en for part in parts))
