root=$1
mkdir -p "$root/app"
cp "$(readlink -f "$(command -v node)")" "$root/usr/bin/node"
npm install --prefix "$root/app" --no-audit --no-fund --no-save --ignore-scripts --omit=dev --loglevel=error s3rver@3.7.1 >/dev/null
chmod 755 "$root/app/versitygw"
