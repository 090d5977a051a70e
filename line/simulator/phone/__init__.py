"""The friends' telephones, as a page: /phone shows a chat list, /phone#<channel>/<user id> a chat.

Several, with commas between them, stand side by side. What is typed and tapped there goes through the /sim/
calls, as in tests.
"""

from line.simulator.phone import chats, pages, people

tables = [pages.routes, people.routes, chats.routes]
