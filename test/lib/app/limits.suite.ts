import { CfnResource, Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { areaNames, groupsOf, homeOf, segmentsOf } from '../../../lib/areas.ts';
import { catalogueOf } from '../../../lib/catalogue.ts';
import { limits, routeComplaints, stackComplaints } from '../../../lib/limits.ts';
import { contractRows } from '../../contract/rows.ts';
import { appOf, fakeCatalogue, fakeRoute, fakeRoutes, fakeWorkers, synthesise, synthOf } from '../fixture.ts';

const paths = (count: number, segment: string) => Array.from({ length: count }, (_, i) => `/api/v1/${segment}/x${i}`);

describe('routes of one API', () => {
  test('280 pass, 281 name the API, its largest group and the next step', () => {
    const most = [...paths(limits.routesPerApi - 1, 'geofences'), '/docs', ...paths(90, 'cameras')];
    expect(routeComplaints(most)).toEqual([]);
    const [complaint, ...others] = routeComplaints([...most, '/api/v1/forms']);
    expect(others).toEqual([]);
    expect(complaint).toContain('The core API has 281 routes, over 280 of the 300');
    expect(complaint).toContain('add an area to lib/areas.ts');
    expect(complaint).toContain('geofences (279)');
  });
});

describe('one stack', () => {
  const stack = { name: 'Hexfence-dev-Identity', group: 'identity', resources: 12, references: 2 };

  test('400 resources pass, 401 name the stack and its largest segment', () => {
    const own = [...paths(3, 'auth'), ...paths(9, 'account')];
    expect(stackComplaints({ ...stack, resources: 400 }, own)).toEqual([]);
    const [complaint] = stackComplaints({ ...stack, resources: 401 }, own);
    expect(complaint).toContain('Stack Hexfence-dev-Identity has 401 resources, over 400 of the 500');
    expect(complaint).toContain('its largest segment is account (9)');
  });

  test('55 references to secrets pass, 56 do not', () => {
    expect(stackComplaints({ ...stack, references: 55 }, [])).toEqual([]);
    const [complaint] = stackComplaints({ ...stack, references: 56 }, paths(60, 'auth'));
    expect(complaint).toContain('Stack Hexfence-dev-Identity has 56 references to secrets, over 55 of the 60');
    expect(complaint).toContain('its largest segment is auth (60)');
  });

  test('a synth counts the references of its functions', () => {
    const many = Object.fromEntries(
      paths(56, 'auth').map((path, i) => [`rings/of-${i}`, { route: fakeRoute('GET', path as `/${string}`) }]),
    );
    const app = (stage: string) => appOf(catalogueOf({ ...fakeRoutes, ...many }, fakeWorkers), { stage });
    expect(() => synthOf(app('dev'))).toThrow(/Stack Hexfence-dev-Identity has 57 references to secrets/);
    expect(() => synthOf(app('local'))).not.toThrow();
  });

  test('a stack without routes is split by kind', () => {
    const workers = { name: 'Hexfence-dev-Workers', resources: 450, references: 0 };
    const [complaint] = stackComplaints(workers, []);
    expect(complaint).toContain('split it in lib/app.ts');
  });

  test('a synth over the limit fails', () => {
    const app = appOf(fakeCatalogue, { stage: 'local' });
    const monitoring = app.node.findChild('Hexfence-local-Monitoring');
    for (let i = 0; i < limits.resourcesPerStack; i++) {
      new CfnResource(monitoring, `Filler${i}`, { type: 'AWS::CloudFormation::WaitConditionHandle' });
    }
    expect(Stack.of(monitoring).stackName).toBe('Hexfence-local-Monitoring');
    expect(() => synthOf(app)).toThrow(/Stack Hexfence-local-Monitoring has 4\d\d resources/);
  });
});

describe('the whole contract, built', () => {
  /** The share that is kept free in each stack and each API, for routes that the contract does not list yet. */
  const reserve = 0.2;
  const homes = contractRows.map(({ path }) => homeOf(path));
  const { resources } = synthesise(fakeCatalogue, { stage: 'dev' });
  const resourcesPerRoute = resources.filter(({ stack }) => stack === 'Hexfence-dev-Capture').length;

  test.each(areaNames.flatMap((area) => groupsOf(area).map((group) => ({ area, group }))))(
    'group $group fits its stack with room to spare',
    ({ area, group }) => {
      const routes = homes.filter((home) => home.area === area && home.group === group).length;
      expect(routes).toBeGreaterThan(0);
      expect(routes).toBeLessThanOrEqual(limits.referencesPerStack * (1 - reserve));
      expect(routes * resourcesPerRoute).toBeLessThanOrEqual(limits.resourcesPerStack * (1 - reserve));
    },
  );

  test.each(areaNames)('area %s fits its API with room to spare', (area) => {
    const routes = homes.filter((home) => home.area === area).length;
    expect(routes).toBeLessThanOrEqual(limits.routesPerApi * (1 - reserve));
  });
});

describe('areas', () => {
  test('a path outside /api/v1 belongs to core, an unknown segment to nobody', () => {
    expect(homeOf('/specs/{document}')).toEqual({ area: 'core', group: 'service' });
    expect(() => homeOf('/api/v1/unheard-of/x')).toThrow('No area for "/api/v1/unheard-of/x": give the segment');
  });

  test('no segment has two homes', () => {
    const all = areaNames.flatMap(segmentsOf);
    expect(new Set(all).size).toBe(all.length);
  });

  test('the front door cannot mistake a core path for another area’s: its patterns are prefixes', () => {
    const others = areaNames.filter((area) => area !== 'core').flatMap(segmentsOf);
    const mistaken = segmentsOf('core').filter((core) => others.some((other) => core.startsWith(other)));
    expect(mistaken).toEqual([]);
  });
});
