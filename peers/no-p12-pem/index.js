// Stands in for p12-pem, which the client library needs only to read .p12 files; the checks give it PEM.
export const getPemFromP12 = () => {
  throw new Error('the checks use PEM');
};
