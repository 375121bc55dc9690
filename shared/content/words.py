"""Fixed texts of the documents. They are inside the hash, so a change needs a new content version.

Source: State Council General Office notice 国办发 2024 No. 54 (five prohibitions, eight must-nots);
the Ministry of Justice's template texts for rights and duties (R44, D2).
"""

RIGHTS = (
    "执法人员少于两人或者未出示执法证件的，您有权拒绝检查。",
    "未出示检查通知书、未扫码，或者超出通知书所列事项的，您有权拒绝检查。",
    "认为执法人员与检查有利害关系的，您有权申请其回避。",
    "您有权陈述、申辩，您的意见记入笔录。",
    "对检查行为不服的，可以依法申请行政复议或者提起行政诉讼。",
)

DUTIES = ("如实说明情况，提供与检查事项有关的资料。", "不得拒绝、阻碍依法进行的检查。")

PROHIBITIONS = (
    (
        "严禁逐利检查",
        (
            "不得接受被检查企业的任何馈赠、报酬、福利待遇",
            "不得参加被检查企业提供的宴请、娱乐、旅游等活动",
            "不得由被检查企业支付消费开支或者将检查费用转嫁给企业",
            "不得强制企业接受指定的中介服务",
        ),
    ),
    ("严禁干扰企业正常生产经营", ("不得刻意要求法定代表人到场",)),
    ("严禁任性处罚企业", ("不得乱查封、乱扣押、乱冻结、动辄责令停产停业",)),
    (
        "严禁下达检查指标",
        ("不得将考核考评、预算项目绩效与检查频次、罚没数额挂钩",),
    ),
    ("严禁变相检查", ("不得以观摩、督导、考察等名义行检查之实",)),
)

REMEDIES = (
    "对责令改正等行政行为不服的，可以自收到之日起六十日内依法申请行政复议，",
    "或者自收到之日起六个月内依法向人民法院提起行政诉讼。",
)

CONCLUSIONS = {
    "no_problem": "未发现问题",
    "guidance": "发现轻微问题，已当场指导",
    "fixed_on_spot": "发现问题，已当场改正",
    "rectify": "发现问题，责令改正",
    "transfer": "发现问题，依法移送处理",
    "unable": "无法检查",
}

OFFSITE_CONCLUSIONS = {
    "guidance": "发现轻微问题，予以指导",
    "fixed_on_spot": "发现问题，已经改正",
}
"""Where nobody was there, nothing was said or put right on the spot."""

UNABLE = {
    "closed": "企业已停业",
    "moved": "企业已迁址",
    "not_found": "未找到企业",
    "refused_entry": "企业拒绝检查人员进入",
    "aborted": "检查中止",
}

ANSWERS = {"conform": "符合", "nonconform": "不符合", "not_applicable": "不适用"}

SEVERITIES = {"guidance": "指导改进", "rectify": "责令改正", "transfer": "移送处理"}

KINDS = {
    "daily": "日常检查",
    "special": "专项检查",
    "case": "个案检查",
    "immediate": "即时检查",
    "lead": "线索核查",
    "emergency": "紧急检查",
}

TRIGGERS = {
    "annual_plan": "年度计划",
    "random": "双随机抽查",
    "special": "专项部署",
    "complaint_12345": "12345投诉举报",
    "assigned": "上级交办",
    "monitoring_lead": "监测线索",
    "media": "媒体曝光",
    "rectification": "整改复查",
    "self_request": "企业申请",
    "licence_verify": "许可核查",
    "emergency": "紧急情况",
}

METHODS = {
    "inspection": "现场检查",
    "service_visit": "入企服务",
    "observation": "观摩督导",
    "offsite": "非现场检查",
}

FORM_CONCLUSIONS = {"conform": "符合", "mostly": "基本符合", "nonconform": "不符合"}
"""Of one checklist: a key point that fails decides, any other only takes the edge off."""

ORDER_CONSEQUENCES = (
    "整改期限届满后，本机关将依法进行复查。",
    "逾期不改正，或者改正后仍不符合要求的，本机关将依法作出处理；",
    "涉及行政处罚的，依照《中华人民共和国行政处罚法》另行办理。",
)
"""What follows if an order is not obeyed: no sum and no measure, for those are no inspection's."""

RECHECKED = {"done": "已改正", "partly": "部分改正", "not_done": "未改正", "open": "未复查"}
"""How a point of an order is found at the recheck (D10, R63)."""

RECHECKS = {
    "done": "责令改正的问题已全部改正",
    "partly": "责令改正的问题部分改正",
    "not_done": "责令改正的问题未改正",
    "open": "尚有问题未复查",
}

RECHECK_STEPS = {
    "done": "本次责令改正办结。",
    "partly": "对尚未改正的问题，本机关将依法另行处理。",
    "not_done": "对尚未改正的问题，本机关将依法另行处理。",
    "open": "对未复查的问题，本机关将另行安排复查。",
}

RETENTION = {"inspection": "检查类：永久保存，省级另有规定的从其规定"}

SERVICE_METHODS = {
    "direct": "直接送达",
    "leaving": "留置送达",
    "post": "邮寄送达",
    "entrusted": "委托送达",
    "electronic": "电子送达",
    "announcement": "公告送达",
}
"""The ways a document can be served (D9), in the order of the form."""

SEXES = {"female": "女", "male": "男", "unsaid": "未填"}

INTERVIEW_RIGHTS = (
    "我们是本机关的执法人员，已向您出示执法证件，现依法就有关情况向您询问。",
    "您有权申请回避，有权陈述、申辩，有权核对笔录，对遗漏或者差错有权要求补充、更正。",
    "您应当如实回答询问；与检查事项无关的问题，您有权拒绝回答。",
)
"""Read out before the first question (D5)."""

SAMPLING_FORMS = {"survey": "现场勘验", "sampling": "抽样取证"}

EFFECTS = {"block": "阻断", "explain": "需说明", "warn": "提醒"}

FINDING_STATES = {
    "on_spot": "当场改正",
    "guided": "当场指导",
    "open": "待整改",
    "reported": "已报整改，待复查",
    "partly": "部分改正",
    "not_fixed": "未改正",
    "fixed": "已改正",
    "transferred": "已移送处理",
}
"""How a finding stands on the day of a compliance report."""

RECTIFICATIONS = {
    "none": "",
    "done": "整改完毕",
    "under_way": "整改中",
    "overdue": "逾期未整改完毕",
}

NOT_CONCLUDED = {
    "pending": "尚未形成结论",
    "void": "经执法监督裁定，不作为依据",
}
"""What is said of an inspection that has no result (compliance report)."""

OBJECTED = "企业对该结果提出异议，正在复核"
COMPLIANCE_NOTES = (
    "本报告由平台依据各检查机关已告知企业的检查结果汇总，检查结果以各结果告知书为准。",
    "企业可以不列入部分检查；未列入的次数载于本报告第1页和核验页，其内容不在本报告中。",
    "本报告反映截至时间的情况，此后的检查、整改和异议复核不在其中。",
    "本报告可以代替企业逐家机关开具的检查情况证明，不是对企业经营行为的担保。",
)
