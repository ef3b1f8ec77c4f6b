# Proves the finished image works and really uses the precompiled header; lines become labels.
cd /tmp
cat > a.cpp <<'CPP'
#include <bits/stdc++.h>
#include <boost/version.hpp>
#include <openssl/md5.h>
int main() { std::cout << "boost=" << BOOST_LIB_VERSION << std::endl; return 0; }
CPP
g++ -std=c++17 -O0 -I/opt/harness/pch -Winvalid-pch -Werror -H a.cpp -o a -lcrypto 2> includes
grep -q '^! .*stdc++.h.gch' includes
./a
echo "gxx=$(g++ -dumpfullversion)"
echo "openssl=$(sed -n 's/.*OPENSSL_VERSION_STR "\(.*\)".*/\1/p' /usr/include/openssl/opensslv.h)"
grep -v '^#' /opt/harness/pch/precompiled.txt | while read -r headers; do
  set="$(echo "$headers" | tr ' ' '+').hpp"
  echo "int main() {}" > b.cpp
  g++ -std=c++17 -O0 -include "/opt/harness/pch/$set" -Winvalid-pch -Werror -H -S b.cpp -o b.s 2> includes
  grep -q '^! ' includes
done
