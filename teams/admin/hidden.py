"""What libraries would show of logging in, and nobody is to see: secrets, and a second way to change what has one."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin

# A teammate's page tells of theirs, and its buttons end them.
admin.site.unregister([Authenticator, UserSession])
# Addresses are the teammates' own field; the provider is set by the environment.
admin.site.unregister([EmailAddress, SocialAccount, SocialApp, SocialToken])
