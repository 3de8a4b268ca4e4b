"""What the demo's customers and agents say to each other. Each story is a list of steps, told in order.

A step is (who, text): `customer` or `agent` speaks, `note` is a private note, `label` a label's name; the last step
may be an outcome.
"""

Step = tuple[str, str]
Story = list[Step]

STORIES: list[Story] = [
    [
        ("customer", "Hi! Is the oak side table still in stock?"),
        ("agent", "Hello! Yes, four left in natural oak and two in smoked oak."),
        ("customer", "Great, how long does delivery take?"),
        ("agent", "Three to five working days. Order before noon and it leaves the same day."),
        ("customer", "Perfect, I'll take the natural one. Thank you!"),
        ("agent", "Wonderful choice. You'll get a confirmation by e-mail in a minute."),
        ("label", "Order"),
        ("close", "solved"),
    ],
    [
        ("customer", "My parcel says delivered but there is nothing here."),
        ("customer", "The order number is 10482."),
        ("label", "Delivery"),
        ("agent", "I'm sorry about that. Let me ask the carrier where exactly it was left."),
        ("note", "Carrier says: left with a neighbour, no signature. Ask for the photo."),
        ("agent", "It was left with your neighbour at number 14. Could you have a look there?"),
        ("customer", "Found it! Thanks for being so quick."),
        ("close", "solved"),
    ],
    [
        ("customer", "Can I change the colour of an order I placed this morning?"),
        ("agent", "Of course, as long as it has not left the workshop. Which colour would you like?"),
        ("customer", "The dark green one please 🌿"),
        ("agent", "Done: dark green it is. Nothing else changes."),
        ("label", "Order"),
        ("close", ""),
    ],
    [
        ("customer", "Do you ship to the islands?"),
        ("agent", "We do, it takes two days more. Which island is it?"),
        ("label", "Delivery"),
        ("drop", "no answer for two days"),
    ],
    [
        ("customer", "Hello, I would like to return a lamp. It flickers."),
        ("agent", "Sorry to hear that! Was it bought in the last 30 days?"),
        ("customer", "Yes, two weeks ago."),
        ("agent", "Then we send a new one at once and collect the old one at your door. Is tomorrow fine?"),
        ("customer", "Tomorrow after 4 pm would be ideal."),
        ("note", "Pick-up booked for tomorrow 16:00–18:00, replacement goes out today."),
        ("agent", "Booked: tomorrow between 4 and 6 pm."),
        ("label", "Complaint"),
        ("close", "replacement sent"),
    ],
    [
        ("customer", "hey"),
        ("agent", "Hello! What can we do for you?"),
        ("drop", "never said what it was about"),
    ],
    [
        ("customer", "Could you send me an invoice with our company's address on it?"),
        ("agent", "Gladly. Which address and tax number should be on it?"),
        ("customer", "Larch & Loam Ltd, 8 Harbour Lane. Tax number follows by e-mail."),
        ("agent", "Thank you, the invoice will be with you this afternoon."),
        ("label", "Invoice"),
        ("close", "invoice sent"),
    ],
    [
        ("customer", "مرحبا، هل لديكم هذا الكرسي باللون الأزرق؟"),
        ("agent", "أهلاً بك! نعم، متوفر باللون الأزرق الداكن."),
        ("customer", "رائع، شكراً جزيلاً"),
        ("close", ""),
    ],
    [
        ("customer", "What are your opening hours at the workshop?"),
        ("agent", "Monday to Friday from 9 to 6, Saturday from 10 to 4."),
        ("close", ""),
    ],
    [
        ("customer", "I was charged twice for order 10511 😟"),
        ("agent", "That should not happen, let me look at it right now."),
        ("note", "The second one is only a reservation, it disappears by itself within 3 days."),
        ("agent", "One of the two is only a reservation by your bank. It disappears within three days."),
        ("customer", "Ah, that is a relief. Thanks."),
        ("close", "explained"),
        ("customer", "Sorry to come back: it is still there today."),
        ("agent", "Then I'll write to the bank with our reference. You'll hear from me today."),
        ("customer", "It is gone now. Thank you so much for staying with it!"),
        ("close", "solved"),
    ],
    [
        ("customer", "Can the bookshelf be mounted on a plasterboard wall?"),
        ("agent", "Yes, with the hollow-wall anchors in the box; up to 25 kg per shelf."),
        ("customer", "And without drilling?"),
        ("agent", "Then better take the standing version: same shelves, but with feet."),
        ("close", "answered"),
    ],
]

# Stories that are still going on: the last word decides who is waiting.
UNFINISHED: list[Story] = [
    [
        ("customer", "Hi, I'm looking for a desk for a small room. It can't be wider than 110 cm."),
        ("agent", "We have two that fit: 100 × 60 and 110 × 70 cm. Shall I send you pictures?"),
        ("label", "Idea"),
        ("customer", "Yes please! The wider one looks interesting."),
    ],
    [
        ("customer", "Is there a discount if I order six chairs?"),
    ],
    [
        ("customer", "The drawer of my cabinet is stuck."),
        ("agent", "Could you send us a photo of the rail on the left side?"),
        ("picture", "Here it is"),
    ],
    [
        ("customer", "Good morning! When will the round mirror be back in stock?"),
        ("agent", "We expect the next ones on Thursday. Shall I put one aside for you?"),
    ],
    [
        ("customer", "I need to speak to a person please"),
        ("customer", "Hello? Is anybody there?"),
    ],
    [
        ("customer", "Do you also take old furniture with you when you deliver?"),
        ("agent", "We do: 20 per piece, please tell us when you order."),
        ("customer", "And a sofa?"),
        ("note", "Sofas only with two people, ask logistics for Friday."),
    ],
    [
        ("customer", "Where is my order 10533? It was promised for yesterday."),
    ],
]

FIRST_NAMES = [
    "Maya",
    "Noor",
    "Elif",
    "Jonas",
    "Lena",
    "Tariq",
    "Ines",
    "Milo",
    "Rosa",
    "Theo",
    "Anouk",
    "Samir",
    "Vera",
    "Luca",
    "Nadia",
    "Oskar",
    "Priya",
    "Hugo",
    "Selma",
    "Emil",
    "Zoe",
    "Farid",
    "Greta",
    "Ivo",
    "Amal",
    "Nils",
    "Clara",
    "Yara",
    "Bruno",
    "Leila",
]
LAST_NAMES = [
    "Lindgren",
    "Okafor",
    "Moreau",
    "Castell",
    "Demir",
    "Hale",
    "Novak",
    "Brandt",
    "Ferro",
    "Quist",
    "Amari",
    "Sorel",
    "Winter",
    "Kovac",
    "Bell",
    "Rossi",
    "Dahl",
    "Idris",
    "Lange",
    "Petit",
]
ARABIC_NAMES = ["ليلى حداد", "سامر النجار", "نور الصباغ"]
