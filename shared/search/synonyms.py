"""What people say and what laws, checklists and names write. Any word of a line stands for all.

A line may join a narrow word with the wide one that the law uses: whoever looks for lifts is
shown what is said of special equipment. Words of one character are never listed: too many words
hold them.
"""

from collections.abc import Mapping

GROUPS: tuple[tuple[str, ...], ...] = (
    # Fire
    ("疏散", "逃生", "撤离"),
    ("火灾", "起火", "着火", "失火", "消防"),
    ("灭火器", "灭火瓶", "消防器材"),
    ("消火栓", "消防栓"),
    # Work
    ("工资", "工钱", "薪水", "薪资", "薪酬", "劳动报酬"),
    ("拖欠工资", "欠薪", "欠工资", "讨薪"),
    ("社会保险", "社保", "五险一金", "五险"),
    ("劳动合同", "用工合同", "劳动合约"),
    ("合同", "合约", "协议"),
    ("童工", "未成年工"),
    ("防护用品", "劳保用品", "劳保", "口罩", "安全帽"),
    ("职业病", "尘肺", "矽肺"),
    ("驾驶员", "司机"),
    ("起重机械", "吊车", "塔吊", "行吊"),
    ("施工现场", "工地", "建筑工地"),
    ("职业健康", "健康监护"),
    # Equipment and gas
    ("特种设备", "电梯", "叉车", "压力容器", "锅炉", "客运索道"),
    ("燃气", "煤气", "天然气", "液化气", "液化石油气"),
    ("电子秤", "衡器", "计量器具", "磅秤"),
    ("窃电", "偷电"),
    # Food and places
    ("健康证明", "健康证", "健康合格证"),
    ("保质期", "过期", "到期"),
    ("餐饮", "餐馆", "饭店", "酒楼", "饭馆", "餐厅", "小吃店"),
    ("旅馆", "宾馆", "酒店", "旅店", "招待所", "民宿"),
    ("餐厨废弃物", "泔水", "地沟油", "餐厨垃圾", "厨余"),
    ("洗浴", "澡堂", "浴池", "浴室", "桑拿"),
    ("上网服务", "网吧", "网咖", "网络会所"),
    ("娱乐", "歌厅", "ktv", "卡拉ok", "歌舞厅"),
    ("未成年人", "未成年", "小孩", "儿童", "少年"),
    ("美发", "理发", "发廊"),
    ("化妆品", "美容品", "护肤品"),
    ("影城", "电影院", "影院"),
    ("干洗", "洗衣"),
    ("幼儿园", "托儿所", "托育"),
    ("养老院", "敬老院", "养老机构"),
    ("食堂", "饭堂"),
    ("殡仪", "殡葬", "火葬"),
    # Health
    ("药店", "药房", "药品经营", "药品"),
    ("口腔", "牙科", "牙医"),
    ("诊所", "门诊部", "医务室"),
    ("执业医师", "医生", "诊疗"),
    ("宠物医院", "兽医", "动物诊疗", "动物防疫"),
    # Environment
    ("噪声", "噪音"),
    ("大气污染", "废气", "排放污染物", "油烟"),
    ("污水", "废水"),
    ("危险废物", "危废"),
    ("剧毒", "毒药", "毒害品"),
    ("化学品", "化工品"),
    ("采伐", "砍树", "伐木"),
    # Trade
    ("农资", "化肥", "肥料", "农药"),
    ("货物运输", "货运", "货车", "卡车", "大货车"),
    ("物流", "快递"),
    ("开采", "挖矿", "采石", "采矿"),
    ("烟花爆竹", "鞭炮", "爆竹", "烟火"),
    ("汽车修理", "修车", "机动车维修", "汽修"),
    ("驾驶员培训", "驾校", "学车"),
    ("自来水", "自来水厂", "供水"),
    ("混凝土", "水泥", "商砼"),
    ("校外培训", "补课班", "补习班", "辅导班"),
    ("注册商标", "假货", "假冒", "冒牌", "山寨"),
    ("个人信息", "隐私"),
    ("营业执照", "工商执照"),
    ("虚假", "误导", "欺骗"),
)


def _table() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for group in GROUPS:
        for word in group:
            others = tuple(other for other in group if other != word)
            found[word] = (*found.get(word, ()), *others)
    return found


SYNONYMS: Mapping[str, tuple[str, ...]] = _table()
"""A word → what may stand in its place."""

LONGEST = max(len(word) for word in SYNONYMS)


def variants(run: str) -> tuple[str, ...]:
    """The run with one word of it said otherwise; the longest words first, without repeats."""
    found: dict[str, None] = {}
    for length in range(min(LONGEST, len(run)), 1, -1):
        for start in range(len(run) - length + 1):
            word = run[start : start + length]
            for other in SYNONYMS.get(word, ()):
                found[run[:start] + other + run[start + length :]] = None
    found.pop(run, None)
    return tuple(found)
