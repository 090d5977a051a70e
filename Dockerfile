FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    STATIC_ROOT=/srv/musubi/static MEDIA_ROOT=/srv/musubi/media SPOOL_DIR=/srv/musubi/spool

RUN useradd --create-home --uid 10001 musubi \
    && install -d -o musubi -g musubi /srv/musubi/static /srv/musubi/media /srv/musubi/spool

WORKDIR /app
COPY requirements.txt requirements-fonts.txt constraints.txt ./
RUN pip install --no-cache-dir -r requirements.txt -c constraints.txt \
    && pip install --no-cache-dir --no-deps -r requirements-fonts.txt

COPY . .
# The settings refuse to load without these; none of them is kept in the image.
RUN pybabel -q compile -D django -d locale \
    && SECRET_KEY=build MASTER_KEYS=build DATABASE_URL=postgresql:///build REDIS_URL=redis://build \
       python manage.py collectstatic --noinput \
    && chown -R musubi:musubi /srv/musubi/static

USER musubi
EXPOSE 8000
CMD ["granian", "--interface", "asgi", "--no-ws", "--loop", "uvloop", "--workers", "2", \
     "--workers-kill-timeout", "10", "--log-level", "warning", "--host", "0.0.0.0", "--port", "8000", \
     "config.asgi:application"]
