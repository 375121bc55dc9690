"""What the actions of the audit log are called. An action without a name is shown as it is."""

from collections.abc import Mapping

from flask import Flask
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

ACTION: Mapping[str, LazyString] = {
    "person.signed_in": _("登录"),
    "person.locked": _("账号被锁定"),
    "person.added": _("新建账号"),
    "person.roles": _("更改角色"),
    "person.password_reset": _("重置密码"),
    "person.second_factor_reset": _("重置动态验证码"),
    "person.let_go": _("停用账号"),
    "officer.registered": _("登记执法人员"),
    "officer.photographed": _("更新执法人员照片"),
    "certificate.added": _("登记执法证"),
    "certificate.revoked": _("吊销执法证"),
    "agency.entrusted": _("登记委托执法"),
    "recusal.declared": _("登记回避"),
    "recusal.ended": _("解除回避"),
    "plan.created": _("新建计划"),
    "plan.changed": _("修改计划"),
    "plan.checked": _("检查计划是否合规"),
    "plan.targets_dropped": _("移出检查对象"),
    "plan.submitted": _("提交计划"),
    "plan.explained": _("说明理由"),
    "plan.approved": _("批准计划"),
    "plan.returned": _("退回计划"),
    "plan.cancelled": _("取消计划"),
    "plan.filed": _("计划备案"),
    "import.begun": _("导入名单"),
    "import.done": _("名单已入库"),
    "list.exported": _("导出名单"),
    "draw.frozen": _("冻结抽取名录"),
    "draw.committed": _("提交抽取承诺"),
    "draw.revealed": _("公布抽取秘密"),
    "draw.held": _("双随机抽取"),
    "draw.voided": _("抽取作废"),
    "task.cancelled": _("取消任务"),
    "merge.searched": _("查找可合并的检查"),
    "merge.accepted": _("同意综合查一次"),
    "merge.declined": _("不同意综合查一次"),
    "merge.made": _("合并为一次入企"),
    "enrolment.issued": _("生成登记码"),
    "device.enrolled": _("登记平板"),
    "device.retired": _("停用平板"),
    "device.lost_proposed": _("提出报失"),
    "device.lost": _("确认报失"),
    "visit.ruled": _("裁定检查"),
    "visit.stored_again": _("按事件重建检查"),
    "quarantine.ruled": _("裁定隔离事件"),
    "enterprise_code.issued": _("生成企业码"),
    "enterprise_code.revoked": _("撤销企业码"),
    "portal.entered": _("企业打开告知"),
    "notice.opened": _("企业阅读告知"),
    "notice.receipted": _("企业签收告知"),
    "notice.announced_again": _("重新告知"),
    "message.tried_again": _("重新发送"),
    "person.signed_out": _("退出登录"),
    "officer.enrolled": _("平板添加人员"),
    "rating.source_read": _("查看差评来源"),
    "rating.handled": _("核查差评"),
    "rating.called_back": _("回访差评"),
    "rating.closed": _("差评销号"),
    "portal.left": _("企业退出"),
    "portal.signed_in": _("企业登录"),
    "emergency.approved": _("补批紧急检查"),
    "agency.added": _("新建机关"),
    "agency.confirmed": _("确认执法主体"),
    "agency.revoked": _("取消执法主体"),
    "case.exported": _("导出案卷"),
    "contact.added": _("登记联系人"),
    "contact.confirmed": _("确认联系人"),
    "contact.removed": _("删除联系人"),
    "backup.restored": _("从备份恢复"),
    "backup.taken": _("制作备份"),
    "epoch.began": _("恢复后开始新纪元"),
    "platform_key.announced": _("公布新的平台签名密钥"),
    "county.seeded": _("载入演示数据"),
    "enterprise.noted": _("登记企业"),
    "basis.added": _("登记法律依据"),
    "basis.ended": _("记录法律依据失效"),
    "form.issued": _("发布检查表单"),
    "item.added": _("新建检查事项"),
    "item.published": _("公布检查事项"),
    "item.taken_off": _("撤下检查事项"),
    "parameter.recorded": _("记录参数"),
    "premise.added": _("新建场所"),
    "premise.changed": _("更改场所"),
}


def register(app: Flask) -> None:
    """Let the page of the audit log name them."""
    app.jinja_env.globals["action_name"] = action_name


def action_name(action: str) -> LazyString | str:
    """What an action is called."""
    return ACTION.get(action, action)
