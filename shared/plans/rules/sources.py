"""How the rules cite where they come from. Titles as published; domain §0 has the dates."""

from shared.text import Text


def state_council(zh: str, en: str) -> Text:
    """国办发〔2024〕54号, the opinion on strictly regulating inspections of enterprises."""
    return Text(f"国办发〔2024〕54号：{zh}", f"State Council Office 2024/54: {en}")


def shandong(zh: str, en: str) -> Text:
    """鲁政办发〔2025〕3号, Shandong's implementing opinion."""
    return Text(f"鲁政办发〔2025〕3号：{zh}", f"Shandong 2025/3: {en}")


def justice(zh: str, en: str) -> Text:
    """司法部办公厅, answers on the opinion (2025)."""
    return Text(f"司法部办公厅有关问题解答：{zh}", f"Ministry of Justice, answers: {en}")


def documents(zh: str, en: str) -> Text:
    """司法部, the model documents."""
    return Text(
        f"司法部《行政检查文书基本格式文本（试行）》：{zh}",
        f"Ministry of Justice, model documents (trial): {en}",
    )


def local(where: Text, zh: str, en: str) -> Text:
    """What one place published; elsewhere it holds as far as its parameters are recorded."""
    return Text(f"{where.zh}：{zh}", f"{where.en}: {en}")


LIAONING = Text("辽宁省涉企行政检查规定", "Liaoning, local rule")
NINGXIA = Text("宁夏年度检查计划公示", "Ningxia, published annual plans")
NANCHANG = Text("南昌市“法码同行”规定", "Nanchang, local rule")
SHANGHAI = Text("上海市优化营商环境条例", "Shanghai, regulation on the business environment")
BEIJING = Text("北京市涉企行政检查规定", "Beijing, local rule")
CHENGDU = Text("成都市“一码检查”规定", "Chengdu, local rule")
SUQIAN = Text("宿迁市优化涉企行政检查条例", "Suqian, regulation on inspections")
GB32100 = Text("GB 32100-2015 统一社会信用代码", "GB 32100-2015, unified social credit code")
WARNINGS = Text("涉企行政检查预警指标", "Warnings on inspections of enterprises")
