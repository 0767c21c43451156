process.stdout.write('km\n');
