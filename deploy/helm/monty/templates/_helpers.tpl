{{- define "monty.host" -}}
{{- $url := required "publicUrl must say how people reach Monty, such as https://inbox.example.org" .Values.publicUrl -}}
{{- (urlParse $url).hostname -}}
{{- end }}

{{- define "monty.labels" -}}
app.kubernetes.io/name: monty
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{- define "monty.about" -}}
{{ include "monty.labels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{/* What every pod of Monty has in common: .root, .part, .command, and what is special of its container in .more. */}}
{{- define "monty.pod" -}}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
automountServiceAccountToken: false
securityContext: { runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, seccompProfile: { type: RuntimeDefault } }
terminationGracePeriodSeconds: {{ .patience | default 60 }}
volumes:
  - { name: tmp, emptyDir: {} }
containers:
  - name: {{ .part }}
    image: "{{ .root.Values.image.repository }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}"
    imagePullPolicy: {{ .root.Values.image.pullPolicy }}
    command: {{ toJson .command }}
    envFrom:
      - secretRef: { name: {{ .root.Release.Name }}-env }
      {{- with .root.Values.existingSecret }}
      - secretRef: { name: {{ . }} }
      {{- end }}
    {{- with .more }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] } }
    volumeMounts:
      - { name: tmp, mountPath: /tmp }
{{- end }}

{{/* Pods are replaced when what they are told changes. */}}
{{- define "monty.told" -}}
monty/told: {{ include (print .root.Template.BasePath "/env.yaml") .root | sha256sum }}
{{- end }}

{{/* Of a process that serves: asked itself, by the name that it answers to. Whether all of Monty is well is another
question (/readyz): with Redis away, pages still work. */}}
{{- define "monty.serving" -}}
ports: [{ name: http, containerPort: 8000 }]
startupProbe: { httpGet: &asked { path: /healthz, port: http, httpHeaders: [{ name: Host, value: {{ include "monty.host" . }} }] }, failureThreshold: 30, periodSeconds: 2 }
readinessProbe: { httpGet: *asked, periodSeconds: 5, timeoutSeconds: 5 }
livenessProbe: { httpGet: *asked, periodSeconds: 20, timeoutSeconds: 10, failureThreshold: 6 }
# The ingress learns that this pod leaves before the pod stops listening.
lifecycle: { preStop: { exec: { command: [sleep, "5"] } } }
{{- end }}
