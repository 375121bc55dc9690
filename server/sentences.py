"""The one place that has a sentence for every error code. A test finds a code without one."""

from collections.abc import Mapping

from shared.text import Text

SENTENCE: Mapping[str, Text] = {
    "not_signed_in": Text("请先登录。", "Please sign in first."),
    "wrong_credentials": Text(
        "用户名、密码或动态验证码不正确。", "Wrong user name, password or time code."
    ),
    "second_factor_needed": Text(
        "此操作需要新的动态验证码。", "This needs a fresh time code of your own."
    ),
    "unmarked_view": Text("此页面未开放。", "This page is not open to anybody."),
    "not_allowed": Text("您的角色不能这样做。", "Your role may not do this."),
    "not_found": Text("没有这个内容。", "There is no such thing."),
    "method_not_allowed": Text("这里不能这样请求。", "This cannot be asked here."),
    "not_acceptable": Text("没有您要的格式。", "There is no such format."),
    "request_timeout": Text("请求超时。", "The request took too long."),
    "bad_request": Text("请求无法读取。", "The request cannot be read."),
    "bad_input": Text("内容不符合要求。", "What was sent does not fit."),
    "bad_draw": Text("抽取的名录或文件无法读取。", "A draw's pool or file cannot be read."),
    "portrait_unreadable": Text(
        "照片无法使用：请用 JPEG、PNG 或 WebP 格式的证件照，不小于 200×280 像素。",
        "Not a usable photograph: send a JPEG, PNG or WebP portrait of 200 by 280 pixels or more.",
    ),
    "bad_json": Text("内容不是规范的 JSON。", "This is not strict JSON."),
    "too_large": Text("内容太大。", "Too many bytes."),
    "wrong_media_type": Text("不接收这种类型的内容。", "This type of content is not taken."),
    "conflict": Text("当前状态不允许。", "The present state does not allow it."),
    "out_of_order": Text("现在还不能做这一步。", "Another step is due first."),
    "expired": Text("已过期。", "It has expired."),
    "untrusted": Text("无法核实其真实性。", "It cannot be trusted."),
    "too_many": Text("操作过于频繁，请稍后再试。", "Too often. Please try again later."),
    "unavailable": Text("服务暂时不可用。", "Not available for the moment."),
    "plan_blocked": Text("规则不允许此计划。", "A rule forbids this plan."),
    "not_for_batch": Text(
        "有问题需要说明的计划、变更和任务太多的计划须单独审批。",
        "A plan with a reason to read, an amendment, one with too many tasks to list: each is "
        "approved by itself.",
    ),
    "form_in_force": Text(
        "已经启用的表单不能撤回，请发布下一版。",
        "A checklist in force is not withdrawn; issue the next version.",
    ),
    "form_planned": Text(
        "已备案的检查任务用到这一版，不能撤回。",
        "Filed tasks go by this version: it cannot be withdrawn.",
    ),
    "nothing_changed": Text("没有任何变更。", "Nothing is changed."),
    "visit_begun": Text(
        "已经开始或者完成的检查，不能变更或移出。",
        "What is being visited, or was, cannot be changed or taken out.",
    ),
    "drawn_by_lot": Text(
        "随机抽取的计划不能另行指定企业。",
        "Nobody chooses an enterprise for a plan that was drawn by lot.",
    ),
    "amended_already": Text(
        "这份计划已有一个变更在办理。", "An amendment of this plan is on its way already."
    ),
    "not_for_the_public": Text(
        "这份计划会事先走漏检查对象，不能公布。",
        "Publishing it would tell an enterprise that somebody comes.",
    ),
    "too_many_visits": Text(
        "这一年的检查太多，页面上算不完：请选一个机关，或用 mingcha rules whatif。",
        "Too many visits for one request: choose an agency, or use mingcha rules whatif.",
    ),
    "explanation_missing": Text("还有问题需要说明理由。", "A finding still wants a reason."),
    "own_plan": Text("不能审批自己编制的计划。", "Nobody approves a plan of their own."),
    "own_case": Text(
        "参加过这次检查的人不能处理对它的异议。",
        "Whoever was at the inspection does not decide an objection to it.",
    ),
    "report_too_long": Text(
        "这段时间的检查超过 200 次，一份报告放不下：请缩短期间。",
        "More than 200 inspections: too many for one report. Choose a shorter period.",
    ),
    "unread_results": Text(
        "有检查结果还没有查看：先查看，再生成报告。",
        "Some results were not opened yet: read them first, then make the report.",
    ),
    "no_issuer": Text(
        "本地区还没有登记执法监督机关，暂时不能出具报告。",
        "No supervision body is registered for this region, so no report can be issued yet.",
    ),
    "officers_number": Text(
        "这个号码登记为执法人员的号码，不能代企业登录或签收。",
        "This is an officer's number. It cannot sign in or receipt for an enterprise.",
    ),
    "not_set_up": Text("系统尚未初始化。", "The server is not set up yet."),
    "anchor_mismatch": Text("每日锚定证明不符。", "The proof of a daily anchor does not hold."),
    "stamp_bad": Text("时间戳不成立。", "The time stamp does not hold."),
    "backup_unfit": Text(
        "备份不完整、不属于本系统，或恢复目标不为空。",
        "The backup is not whole, not this platform's, or there is no empty place for it.",
    ),
    "foreign_keys": Text(
        "密钥与数据库不符，请恢复原来的密钥目录。",
        "The keys are not this database's. Put its secrets folder back.",
    ),
    "keys_exposed": Text("密钥文件可被他人读取。", "Others on this machine can read a key."),
    "foreign_database": Text(
        "数据库不是本服务器原来的库：如已恢复备份，请运行 mingcha begin-epoch。",
        "Not the database this server had. If it was restored, run mingcha begin-epoch.",
    ),
    "wrong_code": Text("验证码不正确。", "The code is not right."),
    "code_expired": Text("验证码已失效，请重新获取。", "The code is void. Ask for a new one."),
    "not_taken": Text(
        "消息暂未发出，系统会再次发送。", "The message was not taken and will be sent again."
    ),
    "never_taken": Text("此地址无法送达。", "Nothing can be delivered to this address."),
    "basis_known": Text("这一条已经登记过了。", "That article is registered already."),
    "enterprise_known": Text("这家企业已经登记过了。", "That enterprise is registered already."),
    "bad_import_file": Text("文件无法作为名单读取。", "The file cannot be read as a list."),
    "wrong_secret": Text("秘密与承诺不符。", "Not the secret that was committed to."),
    "other_party_needed": Text(
        "同一个人不能代表双方。", "One person cannot speak for both parties."
    ),
    "already_registered": Text("该证件号码已登记。", "That number is registered already."),
    "username_taken": Text("用户名已被使用。", "That user name is taken."),
    "own_roles": Text("不能更改自己的权限。", "Nobody changes what they themselves may."),
    "database_not_empty": Text("数据库已有数据。", "The database is in use."),
    "batch_too_large": Text("一次上传的记录过多。", "More events than one push may carry."),
    "device_barred": Text("此平板已停用。", "This tablet is not in use any more."),
    "enrolment_expired": Text(
        "注册码已过期，请重新签发。", "The enrolment has expired. Issue a new one."
    ),
    "assertion_refused": Text("平板身份证明无效。", "The tablet's proof does not hold."),
    "assertion_expired": Text(
        "平板身份证明不在有效时间内，请检查时钟。",
        "The tablet's proof is out of time. Check its clock.",
    ),
    "replayed_assertion": Text("平板身份证明已使用过。", "The tablet's proof was used before."),
    "unknown_device": Text("平板未登记，请重新注册。", "The tablet is not known. Enrol it again."),
    "device_lost": Text("此平板已报失。", "This tablet was declared lost."),
    "device_out_of_use": Text("此平板已不再使用。", "This tablet is out of use already."),
    "own_proposal": Text(
        "须由另一名管理员确认。", "Another administrator than the proposer confirms."
    ),
    "epoch_changed": Text(
        "数据库已恢复，请重新同步。", "The database was restored. Synchronise from the start."
    ),
    "enrolment_used": Text("注册码已使用。", "The enrolment was used already."),
    "enrolment_wrong": Text("注册信息不正确。", "The enrolment is not right."),
    "officer_key_taken": Text("该密钥已属于他人。", "That key is somebody else's."),
    "newer_app": Text("内容由更新的版本生成。", "Made by a newer version."),
    "unknown_suite": Text("不支持的加密套件。", "A crypto suite that is not known here."),
    "unknown_key": Text("签名密钥未知。", "Signed by a key nobody here trusts."),
    "key_not_in_force": Text("签名密钥不在有效期内。", "The key was not in force then."),
    "key_revoked": Text("签名密钥已吊销。", "The key is revoked."),
    "key_set_rolled_back": Text("密钥集版本倒退。", "An older key set than the one held."),
    "bad_signature": Text("签名无效。", "The signature does not hold."),
    "seal_broken": Text("密封内容无法打开。", "The sealed content does not open."),
    "certificate_not_in_force": Text("证书当时无效。", "The certificate was not in force then."),
    "wrong_certificate": Text("证书类型不符。", "A certificate of the other kind."),
    "wrong_fingerprint": Text("密钥集指纹不符。", "Not the key set that was announced."),
    "chain_broken": Text("记录链不完整。", "The chain of events is broken."),
    "seq_gap": Text("记录序号不连续。", "An event is missing."),
    "prev_mismatch": Text("记录前后不相接。", "The event follows another one."),
    "hash_mismatch": Text("记录内容被改动。", "The event was changed."),
    "other_chain": Text("记录属于另一次检查。", "The event is another visit's."),
    "device_seq_backwards": Text("平板序号倒退。", "The tablet counted backwards."),
    "not_a_receipt": Text("不是有效的回执。", "Not a receipt of ours."),
    "not_this_tablet": Text("不是给本平板的指令。", "Not an order for this tablet."),
    "token_refused": Text("二维码无效。", "The code is not valid."),
    "token_unreadable": Text("二维码无法识别。", "The code cannot be read."),
    "token_forged": Text("二维码不是本平台签发。", "The code is not of this platform."),
    "token_wrong_type": Text("这是另一种二维码。", "This code is for something else."),
    "token_expired": Text("二维码已过期。", "The code has expired."),
    "token_too_early": Text("二维码尚未生效。", "The code is not good yet."),
    "token_revoked": Text("二维码已作废。", "The code was called back."),
    "not_this_visit": Text("这台平板未参与该次检查。", "The tablet was not at that visit."),
    "evidence_differs": Text("与记录中的证据不是同一文件。", "Not the file the event speaks of."),
    "evidence_refused": Text("不接收这种证据文件。", "This file is not taken as evidence."),
    "evidence_hash_wrong": Text("文件与登记的散列值不符。", "Not the file that was announced."),
    "offset_differs": Text("上传位置不符。", "The upload stands elsewhere."),
    "upload_expired": Text("上传已过期，请重新开始。", "The upload has expired: begin anew."),
    "checksum_wrong": Text("数据传输中有损坏。", "The bytes did not arrive whole."),
    "tus_version": Text("上传协议版本不符。", "Another version of tus."),
    "link_expired": Text("链接已过期。", "The link has expired."),
    "not_admissible": Text("无法采信，不能补录。", "It does not hold, so it cannot be let in."),
    "ruling_not_due": Text("目前无需裁定。", "There is nothing to rule on now."),
    "csrf_failed": Text(
        "页面已过期，请刷新后再试。", "The page is out of date. Reload it and try again."
    ),
    "internal_error": Text("服务器出错，已记录。", "The server failed. It has been noted."),
}
FALLBACK = SENTENCE["internal_error"]


def sentence(code: str) -> Text:
    """What to tell a person about `code`."""
    return SENTENCE.get(code, FALLBACK)
