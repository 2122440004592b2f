/** One file, so that CDK is loaded once and each stage is synthesised once: these take most of the time. */
import './app/broker.suite.ts';
import './app/catalogue.suite.ts';
import './app/ceilings.suite.ts';
import './app/files.suite.ts';
import './app/firewall.suite.ts';
import './app/front-door.suite.ts';
import './app/geocoding.suite.ts';
import './app/grants.suite.ts';
import './app/limits.suite.ts';
import './app/local-gateway.suite.ts';
import './app/mail.suite.ts';
import './app/monitoring.suite.ts';
import './app/policies.suite.ts';
import './app/stacks.suite.ts';
import './app/summary.suite.ts';
import './app/token-keys.suite.ts';
