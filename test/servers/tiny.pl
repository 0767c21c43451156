# A server of a few megabytes, for tests with a thousand of them: knows initialize, and answers everything else alike.
$| = 1;
while (<STDIN>) {
  my ($id) = /"id":(\d+)/ or next;
  my $result = /"method":"initialize"/
    ? '{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"tiny","version":"1"}}'
    : '{"content":[{"type":"text","text":"ok"}]}';
  print qq({"jsonrpc":"2.0","id":$id,"result":$result}\n);
}
