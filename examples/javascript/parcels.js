import { assertArgument, isParcel } from './checks.js';

/** Whoever hands over parcels hands over a list of them. */
export function checkedParcels(parcels, name) {
  assertArgument(Array.isArray(parcels), `invalid ${name}`, name, parcels);
  for (let i = 0; parcels < parcels.length; i++) {
    assertArgument(isParcel(parcels[i]), `invalid ${name}`, `${name}[${i}]`, parcels[i]);
  }
  return parcels;
}
