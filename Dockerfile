# One image with both programs.
#
#   docker build -t ttydesk .
#   docker run --rm -v ttydesk:/var/lib/ttydesk ttydesk init
#   docker run -d --name desk -v ttydesk:/var/lib/ttydesk -p 127.0.0.1:7413:7413 ttydesk
#   docker exec -it desk ttydesk
#
# The volume has to be on a local disk of the machine: the database can't live on a network share.
FROM debian:bookworm-slim AS build
WORKDIR /src
COPY scripts/packages scripts/common.sh scripts/
RUN root=/src && . scripts/common.sh && install_packages build
COPY . .
RUN meson setup /build --prefix=/usr --sysconfdir=/etc --buildtype=release -Dtests=false \
    && DESTDIR=/out meson install -C /build --strip

FROM debian:bookworm-slim
COPY scripts/packages scripts/common.sh /tmp/scripts/
RUN root=/tmp && . /tmp/scripts/common.sh && install_packages run \
    && rm -rf /tmp/scripts /var/lib/apt/lists/* \
    && groupadd --gid 10001 ttydesk \
    && useradd --uid 10001 --gid 10001 --home-dir /var/lib/ttydesk --no-create-home \
        --shell /usr/sbin/nologin ttydesk \
    && install -d -o 10001 -g 10001 -m 0700 /var/lib/ttydesk \
    && install -d -o 10001 -g 10001 -m 0755 /run/ttydesk
COPY --from=build /out/usr /usr
COPY data/container.conf /etc/ttydesk/ttydeskd.conf
ENV LANG=C.UTF-8
USER 10001:10001
VOLUME /var/lib/ttydesk
EXPOSE 7413
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["ttydesk", "api"]
ENTRYPOINT ["ttydeskd"]
CMD ["serve"]
