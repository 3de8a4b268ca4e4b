from channels_app.models.channel import Channel
from channels_app.models.delivery import Delivery, Forgery
from channels_app.models.remark import Remark
from channels_app.models.template import Template
from channels_app.models.visitor import Visitor, hashed, new_token

__all__ = ["Channel", "Delivery", "Forgery", "Remark", "Template", "Visitor", "hashed", "new_token"]
