"""The roles that columns can have, and the words, Chinese and English, by which people name such columns."""

from __future__ import annotations

import re
from enum import StrEnum

from annotate.text import fold


class Role(StrEnum):
    """What a column is for. TEXT, SCORE, SEGMENT, CODE, SENTIMENT and IGNORE may be had by several columns."""

    ID = "id"
    RESPONDENT = "respondent"
    TEXT = "text"
    QUESTION = "question"
    WAVE = "wave"
    WEIGHT = "weight"
    ASKED = "asked"
    SCORE = "score"
    DATE = "date"
    CHANNEL = "channel"
    TOUCHPOINT = "touchpoint"
    LANGUAGE = "language"
    SEGMENT = "segment"
    CODE = "code"
    SENTIMENT = "sentiment"
    IGNORE = "ignore"


NAMES: dict[Role, str] = {
    Role.ID: (
        "id 编号 序号 答卷编号 答卷id 答卷序号 问卷编号 样本编号 样本id 样本号 记录编号 记录id 数据编号 数据id "
        "工单号 工单编号 工单id 流水号 提交序号 评论id 评价id 反馈id 会话id no recordid responseid reviewid "
        "ticketid caseid commentid feedbackid rowid uuid verbatimid key 主键 行号"
    ),
    Role.RESPONDENT: (
        "respondent respondentid 受访者 受访者编号 受访者id 被访者 被访者编号 被访者id 用户 用户id 用户编号 客户 "
        "客户id 客户编号 会员 会员id 会员号 会员编号 车主id 车主编号 顾客编号 顾客id userid user customerid "
        "customer memberid openid unionid uid author authorid username 用户名 昵称 participant participantid "
        "panelistid"
    ),
    Role.TEXT: (
        "原话 原声 评论 评论内容 评价 评价内容 内容 反馈 反馈内容 意见 建议 意见建议 意见与建议 文本 正文 描述 "
        "问题描述 诉求 诉求内容 留言 留言内容 投诉内容 通话内容 回答 答案 原因 理由 text comment comments "
        "verbatim verbatims review reviews reviewtext content feedback answer answertext body message remark "
        "remarks suggestion suggestions reason openend openended likes dislikes pros cons tweet description "
        "transcript 满意原因 不满意原因 推荐原因 优点 缺点 喜欢 不喜欢 客户原话 用户原话"
    ),
    Role.QUESTION: "question questionid questiontext 题目 题号 题目编号 问题编号 问题 qid",
    Role.WAVE: (
        "wave 期 期次 期数 波次 调研期 调研批次 调查批次 数据批次 投放批次 轮次 月份 季度 月 month quarter round 执行期"
    ),
    Role.WEIGHT: "weight weights 权重 加权 加权系数 样本权重 wt wgt",
    Role.ASKED: "asked 是否询问 是否提问 是否被问 被问 shown 是否展示 isasked",
    Role.SCORE: (
        "nps csat ces score rating star stars overall overallrating 评分 得分 打分 分数 星级 满意度 总体满意度 "
        "整体满意度 推荐度 推荐意愿 推荐分 推荐可能性 净推荐值 费力度 likelihood recommend likelihoodtorecommend "
        "satisfaction overallsatisfaction"
    ),
    Role.DATE: (
        "date time datetime timestamp created createdat createdate createtime 日期 时间 提交时间 提交日期 "
        "答题时间 答卷时间 填写时间 提交答卷时间 评论时间 评论日期 评价时间 反馈时间 反馈日期 发布时间 发布日期 "
        "创建时间 来电时间 进线时间 受理时间 留言时间 留言日期 调查时间 访问时间 访问日期 结束时间 完成时间 "
        "submitdate submittedat submissiontime reviewdate responsedate enddate postdate"
    ),
    Role.CHANNEL: "channel 渠道 渠道名称 来源 来源渠道 反馈渠道 数据来源 source platform 平台",
    Role.TOUCHPOINT: "touchpoint 触点 触点名称 环节 旅程 旅程阶段 阶段 stage journey journeystage",
    Role.LANGUAGE: "language lang 语言 语种 locale",
    Role.CODE: (
        "code codes label labels topic topics tag tags category categories theme themes 编码 标签 主题 类别 分类 "
        "一级分类 二级分类 三级分类 一级标签 二级标签 三级标签 一级编码 二级编码 intent"
    ),
    Role.SENTIMENT: "sentiment sentiments polarity 情感 情感倾向 情绪 正负面 褒贬 codesentiments codesentiment",
}
"""Whole names, folded and without signs, by role; of two roles with a name the first has it."""

INSIDE: tuple[tuple[Role, re.Pattern[str]], ...] = tuple(
    (role, re.compile(pattern))
    for role, pattern in (
        (Role.WEIGHT, r"权重|weight$|^wt_"),
        (
            Role.TEXT,
            r"原话|原声|请说明|请注明|为什么|为何|(?:什么|哪些)(?:原因|方面|地方|意见|建议)|意见|建议|开放|"
            r"评论内容|评价内容|反馈内容|的?原因|理由|不满意之处|改进|请(?:描述|填写|具体)|(?:是|有)(?:什么|哪些)|哪里|\bwhy\b|verbatim|"
            r"(?:满意|喜欢)的(?:地方|方面|之处|点)|open[ _-]?end|comment|suggestion|"
            r"please (?:explain|describe|specify)|review ?text|what .*(?:like|improve|better|change|miss)|reason",
        ),
        (
            Role.SCORE,
            r"nps|csat|满意度|满意程度|推荐|评分|得分|打分|星级|打几分|rating|score|star|satisf|recommend|"
            r"(?:您|你).*满意|how likely",
        ),
        (
            Role.RESPONDENT,
            r"(?:受访者|被访者|用户|客户|会员|顾客|车主).*(?:id|编号|号码?)$|"
            r"^(?:user|customer|member|respondent)[ _]?(?:id|no)$",
        ),
        (
            Role.ID,
            r"(?:答卷|问卷|样本|记录|工单|评论|评价|反馈|会话|通话|来电|订单).*(?:id|编号|号)$|"
            r"^(?:response|record|ticket|case|review|call|chat|session|contact|interaction|survey|booking|order)[ _-]?"
            r"(?:id|no|nr|number|ref|reference)$",
        ),
        (Role.DATE, r"(?:时间|日期)$|(?:^|[ _])(?:date|time|timestamp)$|_at$"),
        (Role.CHANNEL, r"渠道"),
        (Role.TOUCHPOINT, r"触点|touch ?point"),
    )
)
"""Signs within a folded name or question text, the surest first."""


def names_an_id(column: str) -> bool:
    """Tell whether a column is called as ids of rows, or else of people, are called when answers are imported."""
    told = fold(column)
    plain = re.sub(r"[\W_]+", "", told)
    ids = (Role.ID, Role.RESPONDENT)
    return any(plain in NAMES[role].split() for role in ids) or any(
        role in ids and pattern.search(told) for role, pattern in INSIDE
    )


OPEN: re.Pattern[str] = re.compile(
    r"请(?:说明|注明|描述|填写|具体)|开放题|原话|(?:什么|哪些|其他|其它)(?:意见|建议)|"
    r"please (?:explain|describe|specify)|"
    r"open[ _-]?(?:end|question)|verbatim|in your own words|(?:other|further|additional|any) (?:comments?|suggestions?)"
)
"""Signs that people wrote into a column themselves, whatever they wrote: a brand, a reason."""

ASKS: re.Pattern[str] = re.compile(
    r"为什么|为何|(?:什么|哪些|如何|怎么)|改善|改进|希望|[?？]$|\b(?:why|what|how)\b|\b(?:warum|was|wie|pourquoi|que|qu[ée])\b"
)
"""Signs of a question to which the answers may be people's own words or a list's."""

PERSONAL: re.Pattern[str] = re.compile(
    r"(?:^|[ _、.])(?:来自)?ip(?:地址)?$|姓名|称呼|昵称|手机|电话|联系方式|邮箱|住址|地址$|来源详情|user[ _-]?agent|"
    r"(?:^|[ _])(?:name|phone|mobile|tel|e-?mail|address|url|link)$"
)
"""Signs of columns that are written and hardly repeat, and are no answers all the same."""
