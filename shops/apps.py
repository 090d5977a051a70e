from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShopsConfig(AppConfig):
    name = "shops"
    verbose_name = _("Shop")

    def ready(self) -> None:
        from accounts import board
        from customers import merging as customers
        from events import registry
        from imports import kinds
        from routes import values
        from shops import event_types, files, merging, orders, products, route_value, tasks

        board.register(orders.WAITING, lambda: tasks.join_waiting)
        registry.register(*event_types.TYPES)
        registry.register_names("product", products.names)
        kinds.register(files.Products(), files.Orders())
        customers.register(customers.Part(_("Orders"), merging.move, merging.count))
        values.register(route_value.of_routes)
