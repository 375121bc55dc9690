"""Who and what all examples are about, so that an id leads from one to the next.

On 16 November 2026 a plan is drafted at the market supervision bureau of Lixia, on the 20th a
food firm is visited. Names and numbers are made up; the codes have right check digits.
"""

AGENCY, AGENCY_ID = "济南市历下区市场监督管理局", "agency-lixia-scjg"
OTHER_AGENCY_ID = "agency-lixia-xfjy"
FIRM, USCC = "济南泉城食品有限公司", "91370100MA37XJ385W"
PREMISE_ID, PLACE = "premise-quancheng-1", "历下区泉城路 1 号"
ITEM_ID, ITEM, ITEM_CODE = "item-37-splt-01", "食品经营主体资质与过程检查", "37-SPLT-01"
FORM_ID, BASIS = "form-37-splt-01", "《中华人民共和国食品安全法》第三十三条"

WANG, LI = "officer-wang", "officer-li"
PLANNER = "019b8bb6-0300-7f0c-a27d-b4ecf72c2c26"
HEAD, HEAD_NAME = "019b8bb6-ed60-716c-a527-e27951c34250", "陈立新"
ADMIN = "019b8bb7-d7c0-7cac-bd4a-55577d24b396"
SECOND_ADMIN = "019b8bb8-4cf0-7288-89ce-5ef7e91b4ad1"
SUPERVISOR = "019b8bb8-c220-7369-a03c-2ac9316774fe"
TOTP = "492039"  # good for half a minute, long ago

PLAN_ID, PLAN_NO = "01a1e1e9-3700-7499-82e5-dfe8cb1855fe", "历下市监检备〔2026〕0031号"
TARGET_ID = "01a1e1e9-3700-70bc-8320-a4737c2b3abe"
TASK_ID, TASK_NO = "01a1e740-18e0-770c-8da9-5957a9b3d1a2", "历下市监检备〔2026〕0031号-01"
OTHER_TASK_ID = "01a1e752-6860-7576-8cb9-185ed822e2f9"
VISIT_ID = "01a1f693-21c0-7a3c-acdf-540b5cb53ec0"
EVENT_ID = "01a1f693-21c0-760b-931a-5bf371f970cf"
DOCUMENT_ID, DOCUMENT_NO = "01a1f6e7-5c40-72fa-a28a-0aaab3642b19", "历下市监检告〔2026〕0019号"
TABLET_ID = "019cad21-cf00-754e-9ec7-ddb57c9881b1"
EPOCH = "019b76da-a800-75b5-8b7d-3b0f4de8344e"

PHOTO_SHA256 = "ad959332a1ac4ca3f3fbee431ccc8f28b480c966363edebcd1505d3f645f9dad"
RECORD_HASH = "65f1ea8ac0d004089b3c917ab909fb0940529d8c743c124b7f52d99c14da31a1"
