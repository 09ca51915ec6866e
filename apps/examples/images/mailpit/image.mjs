/** A stand-in: Python's aiosmtpd behind Mailpit's ports, MP_SMTP_AUTH and the part of its HTTP API that lists and shows mails. */
export default {
  folder: 'mailpit',
  names: ['axllent/mailpit:v1.27'],
  packages: ['python3-minimal', 'libpython3-stdlib', 'python3-aiosmtpd', 'dash'],
  changes: ['ENTRYPOINT ["/mailpit"]', 'EXPOSE 1025 8025', 'ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1'],
};
