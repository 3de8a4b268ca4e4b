"""Files that a flow sends."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models.stored_file import StoredFile, StoredFileQuerySet
from flows.models.flow import Flow


class FlowFile(StoredFile):
    """Nodes know it by its UUID."""

    folder = "flows"

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="files", verbose_name=_("flow"))
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = StoredFileQuerySet.as_manager()

    class Meta(StoredFile.Meta):
        verbose_name = _("file of a flow")
        verbose_name_plural = _("files of flows")
