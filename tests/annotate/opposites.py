"""Two hundred pairs of answers that look alike and must never be taken for one: what differs moves the sense."""

from __future__ import annotations

PAIRS = """
空间大|空间不大
空间大|空间小
空间大|空间很大
空间大|空间不够大
空间不大|空间大
空间大|空间挺大的
空间大|后排空间大
空间大|空间没那么大
空间还可以|空间不可以
油耗低|油耗不低
油耗低|油耗高
油耗降低了|油耗升高了
油耗8个|油耗9个
油耗8.5|油耗85
油耗高|油耗不算高
省油|不省油
省油|费油
动力强|动力弱
动力强|动力不强
动力够用|动力不够用
提速快|提速慢
提速快|提速不快
刹车灵|刹车不灵
刹车软|刹车硬
刹车灵敏|刹车迟钝
刹车好|刹车不好
座椅软|座椅硬
座椅舒服|座椅不舒服
座椅舒服|座椅难受
座椅有点硬|座椅非常硬
噪音大|噪音小
噪音大|噪音不大
噪音有点大|噪音特别大
隔音好|隔音差
隔音好|隔音不好
异响|没异响
异响|无异响
有异响|没有异响
有异响|未发现异响
修好了|没修好
解决了|没解决
解决了问题|没有解决问题
问题解决|问题未解决
服务好|服务不好
服务好|服务差
服务热情|服务冷淡
服务热情|服务不热情
服务态度好|服务态度恶劣
态度好|态度坏
满意|不满意
满意|非常满意
满意|一般满意
很满意|很不满意
喜欢|不喜欢
喜欢|讨厌
推荐|不推荐
推荐|不会推荐
值得买|不值得买
值得|不值
会再来|不会再来
会买|不会买
买了|卖了
想买|想卖
买车方便|卖车方便
便宜|不便宜
便宜|贵
价格高|价格低
价格贵|价格不贵
涨价了|降价了
涨价快|降价快
质量好|质量差
质量好|质量不好
质量过关|质量不过关
做工精细|做工粗糙
做工好|做工不好
外观好看|外观不好看
外观好看|外观难看
外观好看|内饰好看
内饰高档|内饰低档
颜色亮|颜色暗
颜色深|颜色浅
屏幕大|屏幕小
屏幕清晰|屏幕不清晰
反应快|反应慢
反应快|没反应
车机流畅|车机卡顿
车机不卡|车机卡
充电快|充电慢
续航长|续航短
续航达标|续航不达标
电池耐用|电池不耐用
发货快|发货慢
物流快|物流不快
快递快|快递慢
到得早|到得晚
包装完好|包装破损
包装严实|包装不严实
味道好|味道不好
味道好闻|味道难闻
味道香|味道臭
味道淡|味道浓
太甜|不甜
甜|不甜
甜|苦
太咸|太淡
热的|冷的
空调冷|空调不冷
空调制冷好|空调制热好
水温高|水温低
干净|不干净
干净|脏
卫生好|卫生差
环境安静|环境吵闹
安静|不安静
地方好找|地方难找
地方好找|地方不好找
停车方便|停车不方便
停车容易|停车难
排队久|不用排队
等了2小时|等了3小时
等了两天|等了三天
等很久|没等多久
客服接了|客服没接
电话打通了|电话打不通
有人管|没人管
有人接|无人接
退款了|没退款
能退|不能退
可以退|不可以退
免费|不免费
免费|收费
安全|不安全
安全|危险
放心|不放心
放心|担心
稳定|不稳定
高速稳|高速不稳
方向盘轻|方向盘重
方向盘沉|方向盘轻
底盘高|底盘低
悬挂软|悬挂硬
后备箱大|后备箱小
前排宽敞|后排宽敞
前排宽敞|前排狭窄
左边响|右边响
早上来的|晚上来的
开门难|关门难
进口车|出口车
大众好|丰田好
X3空间大|X5空间大
1.5T够用|2.0T够用
第一次买|第二次买
有用|没用
有用|无用
没毛病|毛病多
没有问题|有问题
没问题|问题多
保湿|不保湿
油腻|不油腻
过敏|不过敏
正品|假货
正品|非正品
新的|旧的
好用|不好用
好用|难用
效果明显|效果不明显
效果好|没效果
不，好|不好
没有，好|没有好
难得好|难的好
好不好|好
贵吗|贵
希望便宜|便宜
要是便宜就好了|便宜就好了
good|not good
good service|no good service
good service|bad service
It is clean|It is not clean
It's clean|It isn't clean
very clean|not very clean
clean|unclean
comfortable|uncomfortable
friendly staff|unfriendly staff
helpful|unhelpful
helpful|helpless
I would recommend it|I would not recommend it
I would recommend it|I wouldn't recommend it
Will buy again|Will never buy again
works|doesn't work
fast delivery|slow delivery
fast charging|last charging
cheap|expensive
too loud|not too loud
loud|quiet
very quiet|very quite
battery lasts 2 days|battery lasts 3 days
more space|less space
more legroom please|enough legroom
seats too hard|seats too soft
light screen|tight screen
hot food|cold food
early flight|late flight
flight on time|flight not on time
they always answer|they never answer
no problems|problems
no, good|no good
without noise|with noise
can charge|can't charge
easy to use|hard to use
increase in price|decrease in price
the iPhone 12 is good|the iPhone 13 is good
on|off
above average|below average
better than before|worse than before
"""
"""One pair a line."""


def pairs() -> list[tuple[str, str]]:
    """Return the pairs."""
    found = []
    for line in PAIRS.strip().splitlines():
        one, _bar, other = line.partition("|")
        found.append((one, other))
    return found
