"""The addresses of orders: of their own pages, in the conversation, and of customers and payment providers."""

from django.urls import URLPattern, path

from orders import pages, payment_pages, pictures, public, selling_pages, webchat

urlpatterns: list[URLPattern] = [
    path("orders/", pages.orders, name="orders"),
    path("orders/export.csv", pages.export, name="orders-export"),
    path("orders/<int:pk>/", pages.order, name="order"),
    path("orders/<int:pk>/paper/", pages.paper, name="order-paper"),
    path("orders/<int:pk>/<slug:verb>/", pages.press, name="press-order"),
    path("products/<int:pk>/picture/<str:version>/", pictures.picture, name="product-picture"),
    path("conversations/<int:pk>/order/", selling_pages.order, name="order-form"),
    path("conversations/<int:pk>/order/products/", selling_pages.products, name="order-products"),
    path("o/<str:token>/", public.page, name="public-order"),
    path("payments/<slug:kind>/", payment_pages.notice, name="payment-notice"),
    path("webchat/<uuid:uuid>/orders/<uuid:order>/confirmation/", webchat.Confirmation.as_view(), name="webchat-order"),
]
