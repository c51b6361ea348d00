{{- define "omnistack-server.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "omnistack-server.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains (include "omnistack-server.name" .) .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "omnistack-server.name" .) | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "omnistack-server.selector" -}}
app.kubernetes.io/name: {{ include "omnistack-server.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "omnistack-server.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "omnistack-server.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "omnistack-server.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "omnistack-server.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "omnistack-server.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "omnistack-server.scheme" -}}
{{- if .Values.tls.existingSecret -}}https{{- else -}}http{{- end -}}
{{- end -}}

{{/* The settings file: the values' settings, and what follows from what is mounted. */}}
{{- define "omnistack-server.settings" -}}
{{- $settings := deepCopy .Values.settings -}}
{{- $listen := dict "address" "0.0.0.0:8080" -}}
{{- if .Values.tls.existingSecret -}}
{{- $listen = merge $listen (dict "certificate" "/etc/omnistack-server/tls/tls.crt" "key" "/etc/omnistack-server/tls/tls.key") -}}
{{- end -}}
{{- $auth := dict "keys" "/var/lib/omnistack-server/keys" -}}
{{- if .Values.auth.clientsSecret -}}
{{- $auth = merge $auth (dict "clients_in" "file" "clients" "/etc/omnistack-server/clients/clients.toml") -}}
{{- else if .Values.redis.existingSecret -}}
{{- $auth = merge $auth (dict "clients_in" "redis") -}}
{{- else -}}
{{- $auth = merge $auth (dict "clients" "/var/lib/omnistack-server/clients/clients.toml") -}}
{{- end -}}
{{- $fixed := dict "listen" $listen "auth" $auth -}}
{{- if .Values.redis.existingSecret -}}
{{- $_ := set $fixed "redis" (dict "url_file" "/etc/omnistack-server/redis/url" "keys_file" "/etc/omnistack-server/redis/keys") -}}
{{- end -}}
{{- if .Values.audit.existingClaim -}}
{{- $_ := set $fixed "telemetry" (dict "audit_file" "/var/lib/omnistack-server/audit/audit.jsonl") -}}
{{- end -}}
{{- include "omnistack-server.toml" (dict "path" "" "table" (mergeOverwrite $settings $fixed)) | trim -}}
{{- end -}}

{{/* A table as TOML. Helm reads all numbers as fractions, and toToml would write 64 as 64.0, which is
no count of anything: whole numbers are written as such. Values that are null are left out. */}}
{{- define "omnistack-server.toml" -}}
{{- $path := .path -}}
{{- range $key, $value := .table -}}
{{- if not (or (kindIs "map" $value) (kindIs "invalid" $value)) }}
{{ $key | quote }} = {{ if kindIs "float64" $value }}{{ if eq (floor $value) $value }}{{ int64 $value }}{{ else }}{{ $value }}{{ end }}{{ else }}{{ toJson $value }}{{ end }}
{{- end -}}
{{- end -}}
{{- range $key, $value := .table -}}
{{- if kindIs "map" $value -}}
{{- $inner := printf "%s%s%s" $path (ternary "." "" (ne $path "")) ($key | quote) }}

[{{ $inner }}]
{{- include "omnistack-server.toml" (dict "path" $inner "table" $value) }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* More than one replica share what is signed and what is remembered. */}}
{{- define "omnistack-server.check" -}}
{{- if or .Values.autoscaling.enabled (gt (int .Values.replicaCount) 1) -}}
{{- if not .Values.redis.existingSecret -}}
{{- fail "more than one replica needs redis.existingSecret: sessions, revocations and limits are shared there" -}}
{{- end -}}
{{- if not .Values.auth.keysSecret -}}
{{- fail "more than one replica needs auth.keysSecret: each must accept what the others sign" -}}
{{- end -}}
{{- end -}}
{{- if and .Values.autoscaling.enabled (lt (int .Values.autoscaling.maxReplicas) (int .Values.autoscaling.minReplicas)) -}}
{{- fail "autoscaling.maxReplicas is less than autoscaling.minReplicas" -}}
{{- end -}}
{{- end -}}
