FROM node:24.21.0-bookworm-slim AS portal
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci
COPY graph /src/graph
COPY frontend ./
RUN npm run build

FROM golang:1.26.8-bookworm AS program
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=portal /src/frontend/dist frontend/dist
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /posthaste ./cmd/posthaste

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=program /posthaste /posthaste
ENTRYPOINT ["/posthaste"]
